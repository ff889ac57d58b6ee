"""``radio read``: what will be spoken, what changed, and what an editor should look at first."""

import re
import sys
import tomllib
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from ..i18n import _, ngettext
from ..problem import BadInput, Problem
from ..reading import Lexicon, Reading, Settings, Span, learn, load_lexicon
from ..reading import read as read_aloud
from .common import console, explained, house_option, json_option, print_json

LEXICON = "lexicon.toml"
SCHEDULE = "schedule.toml"
FENCE = "+++"
MARKS = tuple(",.;?!")
_SPEAKER = re.compile(r"([^\W\d_][\w .-]{0,29}):\s+(?=\S)")
_COMMAND = re.compile(r"\s*\[\[.*\]\]\s*$")


def without_front_matter(text: str) -> str:
    """The text of a script with its front matter, inserts and pauses blanked; lines keep their numbers."""
    lines = text.split("\n")
    last = -1
    if lines[0].strip().lstrip("\ufeff") == FENCE:
        last = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == FENCE), -1)
    body = ["" if i <= last or (last >= 0 and _COMMAND.match(line)) else line for i, line in enumerate(lines)]
    return "\n".join(body)


def speakers_of(root: Path) -> tuple[str, ...]:
    """The names that may stand before a colon to say who speaks ("MC", "Khách mời"), from schedule.toml."""
    path = root / SCHEDULE
    if not path.is_file():
        return ()
    try:
        voice = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("voice", {})
        return tuple(str(speaker["name"]) for speaker in voice.get("speaker", ()) if "name" in speaker)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise BadInput([Problem(SCHEDULE, 0, _("[voice]: %s") % error)]) from error


def without_speakers(text: str, names: tuple[str, ...]) -> tuple[str, dict[int, str]]:
    """The text with the names of its speakers blanked, places kept, and who speaks by line number: not said."""
    lines, found = text.split("\n"), {}
    known = {name.casefold(): name for name in names}
    for number, line in enumerate(lines, 1):
        label = _SPEAKER.match(line)
        if label and (name := known.get(label[1].casefold())):
            found[number] = name
            lines[number - 1] = " " * label.end() + line[label.end() :]
    return "\n".join(lines), found


def house_settings(root: Path) -> Settings:
    """The house's way of saying numbers (``[reading]`` in schedule.toml); the usual one without a house."""
    path = root / SCHEDULE
    if not path.is_file():
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("reading", {})
        return Settings(**table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise BadInput([Problem(SCHEDULE, 0, _("[reading]: %s") % error)]) from error


def house_lexicon(root: Path) -> Lexicon:
    """The house's lexicon; raises `BadInput` with every problem in it."""
    lexicon, problems = load_lexicon(root / LEXICON)
    if problems:
        raise BadInput(problems)
    return lexicon


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from one, of a place in the text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _input_text(file: str) -> str:
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = _('this is not UTF-8 text: bring it in with "radio import" first')
        raise BadInput([Problem(file, 0, message)]) from None


def print_lines(text: str, lexicon: Lexicon, settings: Settings) -> None:
    """One spoken line for each line of input, each read for itself."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for line in lines:
        click.echo(read_aloud(line.rstrip("\r"), lexicon, settings).spoken.replace("\n", " "))


def as_tree(reading: Reading, speakers: dict[int, str]) -> dict[str, object]:
    """The spans as plain values, with line and column and the note in the user's language; who speaks from where."""
    spans = []
    for span in reading.spans:
        line, column = position(reading.written, span.start)
        spans.append(
            {
                "start": span.start,
                "end": span.end,
                "line": line,
                "column": column,
                "written": span.written,
                "spoken": span.spoken,
                "kind": span.kind,
                "certain": span.certain,
                "note": _(span.note) if span.note else "",
                "alternatives": list(span.alternatives),
            }
        )
    who = [{"line": line, "name": name} for line, name in speakers.items()]
    return {"spoken": reading.spoken, "speakers": who, "spans": spans}


def _sides(spans: list[Span]) -> tuple[Text, Text]:
    """One line written and spoken, what changed in colour, what is doubtful underlined."""
    written, spoken = Text(), Text()
    for span in spans:
        changed = span.kind != "plain" and span.spoken.strip() != span.written.strip()
        style = ("bold cyan" if changed else "") + ("" if span.certain else " underline yellow")
        written.append(span.written.strip("\n"), style=style.strip())
        said = _fitted(spoken, span.spoken.strip("\n"))
        spoken.append(said, style=style.strip())
    spoken.rstrip()
    return written, spoken


def _fitted(spoken: Text, said: str) -> str:
    """``said`` as it goes on after ``spoken``: one space between words, none before a mark, no second mark."""
    if said.strip()[:1] in MARKS and said.strip():
        spoken.rstrip()
        said = said.lstrip()
        if spoken.plain[-1:] in MARKS or not spoken.plain:
            return said[1:] if said[0] == "," or not spoken.plain else said
        return said
    if not spoken.plain or spoken.plain.endswith(" "):
        return said.lstrip(" ")
    return " " + said if spoken.plain[-1:].isalnum() and said[:1].isalnum() else said


def _by_line(reading: Reading) -> list[tuple[int, list[Span]]]:
    """The spans of each line that says something, plain ones cut at line ends."""
    lines: list[list[Span]] = [[]]
    for span in reading.spans:
        if span.kind != "plain" or "\n" not in span.written:
            lines[-1].append(span)
            continue
        for index, (written, spoken) in enumerate(
            zip(span.written.split("\n"), span.spoken.split("\n"), strict=False)
        ):
            if index:
                lines.append([])
            lines[-1].append(Span(span.start, span.end, written, spoken, "plain"))
    return [(n, spans) for n, spans in enumerate(lines, 1) if any(s.written.strip() for s in spans)]


def print_beside(reading: Reading, speakers: dict[int, str]) -> None:
    """Written beside spoken, who speaks before it, then the doubtful places with their alternatives."""
    out = console()
    table = Table(show_lines=True)
    table.add_column(_("line"), justify="right")
    table.add_column(_("written"), ratio=1)
    table.add_column(_("spoken"), ratio=1)
    for number, spans in _by_line(reading):
        written, spoken = _sides(spans)
        if number in speakers:
            label = Text(f"{speakers[number]}: ", style="dim")
            blank = len(written.plain) - len(written.plain.lstrip())
            written, spoken = label + written[blank:], label + spoken
        table.add_row(str(number), written, spoken)
    out.print(table)
    print_flags(reading)


def print_flags(reading: Reading) -> None:
    """Every doubtful place: line and column, written, spoken, why, and what else it could be."""
    out = console()
    if not reading.flags:
        out.print(_("Nothing is doubtful."))
        return
    count = len(reading.flags)
    out.print(ngettext("%d doubtful place:", "%d doubtful places:", count) % count)
    for span in reading.flags:
        line, column = position(reading.written, span.start)
        entry = Text(f"  {line}:{column}  ")
        entry.append(span.written.strip(), style="bold cyan")
        entry.append(f" → {span.spoken.strip()}  ")
        entry.append(f"({_(span.note)})", style="yellow")
        if span.alternatives:
            entry.append("  " + _("or: %s") % " | ".join(span.alternatives))
        out.print(entry)


@click.command(
    help=_(
        """What will be spoken: written beside spoken, what changed marked, and what is doubtful.

        FILE is a text or a script; "-" reads from the input. An acronym or a name that is said wrong is put
        right for good with --learn, for example: radio read --learn "BQLC=ban quản lý chợ"
        """
    )
)
@click.argument("file", required=False, type=click.Path(allow_dash=True, dir_okay=False))
@click.option(
    "--lines", is_flag=True, help=_("One spoken line for each line, without colour, for other tools.")
)
@click.option(
    "--learn",
    "entries",
    multiple=True,
    metavar=_("WRITTEN=SPOKEN"),
    help=_("Put an entry into the house's lexicon.toml; may be given more than once."),
)
@json_option
@house_option
@explained
def read(file: str | None, lines: bool, entries: tuple[str, ...], as_json: bool, root: Path) -> None:
    """The command; see its help."""
    for entry in entries:
        written, sign, spoken = entry.partition("=")
        if not sign:
            raise click.UsageError(_('--learn needs WRITTEN=SPOKEN, not "%s"') % entry)
        section = learn(root / LEXICON, written, spoken)
        click.echo(
            _("%(file)s: [%(section)s] %(written)s is now said “%(spoken)s”")
            % {
                "file": root / LEXICON,
                "section": section,
                "written": written.strip(),
                "spoken": spoken.strip(),
            }
        )
    if file is None:
        if entries:
            return
        raise click.UsageError(_("name a file, or - for the input"))
    text = _input_text(file)
    lexicon, settings = house_lexicon(root), house_settings(root)
    if lines:
        print_lines(text, lexicon, settings)
        return
    body, speakers = without_speakers(without_front_matter(text), speakers_of(root))
    reading = read_aloud(body, lexicon, settings)
    if as_json:
        print_json(as_tree(reading, speakers))
    else:
        print_beside(reading, speakers)
