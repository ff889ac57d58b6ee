"""Script file (văn bản phát thanh) → `Bulletin`: front matter, paragraphs, speakers, inserts, with lines.

A script is UTF-8 text. Between two ``+++`` lines stands the front matter (TOML); after it the body::

    +++
    title = "Lịch cắt điện ngày 1 tháng 12"
    section = "thong-bao"
    +++
    Điện lực Hà Quảng thông báo …

    MC: Thưa bà con …                 a paragraph of that speaker, until another speaks
    [[audio: phong-van.opus]]         a recording from audio/
    [[nghỉ 2s]]                       silence
    [[nhắc lại]]                      "Xin nhắc lại:", and the paragraph before it once more

A blank line ends a paragraph. Lines that start with ``#`` are headings, ``-``, ``+`` or ``*`` list items:
each is a paragraph of its own.

A person may have read the whole bulletin: ``recording = "lich-cat-dien.opus"`` names the file in ``audio/``,
``read_by`` the person, who vouches that it says this text. A version in another language is a script with its
``language``, a Vietnamese title (which is announced) and ``translation_of = "<id of the Vietnamese script>"``.
"""

import datetime
import difflib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .i18n import _
from .problem import Problem

Level = Literal["routine", "priority", "emergency"]
LEVELS: tuple[Level, ...] = ("routine", "priority", "emergency")

GENRES = {
    "tin": "tin",
    "bai": "bài",
    "phong-su": "phóng sự",
    "ky-su": "ký sự",
    "phong-van": "phỏng vấn",
    "toa-dam": "tọa đàm",
    "thong-bao": "thông báo",
    "guong": "gương người tốt việc tốt",
}
"""Genre id → its Vietnamese name (the genres of the communication plan 2021–2030)."""

LANGUAGES = {
    "vi": "tiếng Việt",
    "tay": "tiếng Tày",
    "nung": "tiếng Nùng",
    "mong": "tiếng Mông",
    "dao": "tiếng Dao",
}
"""Languages of a bulletin and their names: Vietnamese is voiced, the others are only read by a recorded person
(Decree 49/2024)."""

Origin = Literal["own", "above"]
ORIGINS: tuple[Origin, ...] = ("own", "above")
"""Who sends a bulletin: this network, or the level above it (Circular 39/2020: a routine one from above airs in a
commune only when the commune chooses it)."""

MAX_BYTES = 256 * 1024
"""A script longer than this is refused: some two hours of speech."""

MAX_PAUSE_MS = 30_000


@dataclass(frozen=True)
class Paragraph:
    """A stretch of text by one speaker ("" where none is named). ``line`` is where it starts in the file."""

    speaker: str
    text: str
    line: int


@dataclass(frozen=True)
class Insert:
    """A recording from the house's ``audio/`` folder that plays at this place."""

    file: str
    line: int


@dataclass(frozen=True)
class Pause:
    """Silence that the writer asked for."""

    ms: int
    line: int


@dataclass(frozen=True)
class Repeat:
    """The paragraph before it is said again: a fact that must not be missed."""

    line: int


Part = Paragraph | Insert | Pause | Repeat


@dataclass(frozen=True)
class Approval:
    """Who approved which content (``sha256`` as `radio.approval.content_hash` makes it), and when."""

    by: str
    at: str
    sha256: str


@dataclass(frozen=True)
class Bulletin:
    """One script. ``id`` is the file name without ``.md``; dates are inclusive; ``times`` counts a day's airings.

    ``recording`` is a file of ``audio/`` in which ``read_by`` reads the whole bulletin; ``translation_of`` is the
    id of the Vietnamese script that this one says in another language.

    ``clusters`` (cụm loa) narrow it to stations that have one of them; ``readings`` is how often it is read in one
    slot; ``origin`` who sends it; ``corrects`` the id of the bulletin whose error it corrects, where that aired;
    ``same_day``: a notice that may enter today's next slot after the lock.
    """

    id: str
    file: str
    title: str
    section: str
    genre: str
    source: str
    author: str
    level: Level
    language: str
    valid_from: datetime.date | None
    valid_until: datetime.date | None
    times: int
    stations: tuple[str, ...]
    voice: str
    bed: str
    sms: str
    parts: tuple[Part, ...]
    approval: Approval | None
    key_lines: tuple[tuple[str, int], ...] = ()
    recording: str = ""
    read_by: str = ""
    translation_of: str = ""
    clusters: tuple[str, ...] = ()
    readings: int = 1
    origin: Origin = "own"
    corrects: str = ""
    same_day: bool = False

    def line_of(self, key: str) -> int:
        """Line of a front matter key in the file, 1 where it is not written."""
        return dict(self.key_lines).get(key, 1)

    @property
    def text(self) -> str:
        """What is written to be said, a blank line between paragraphs, speakers as in the file."""
        return "\n\n".join(
            f"{part.speaker}: {part.text}" if part.speaker else part.text
            for part in self.parts
            if isinstance(part, Paragraph)
        )

    def valid_on(self, date: datetime.date) -> bool:
        """Whether ``date`` lies within ``from`` and ``until``."""
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_until is None or date <= self.valid_until
        )


_RECORDED_KEYS = ("language", "recording", "read_by", "translation_of")
_TEXT_KEYS = (
    "title",
    "section",
    "genre",
    "source",
    "author",
    "level",
    "voice",
    "bed",
    "sms",
    "origin",
    "corrects",
    *_RECORDED_KEYS,
)
_KEYS = (
    *_TEXT_KEYS,
    "from",
    "until",
    "times",
    "readings",
    "same_day",
    "stations",
    "clusters",
    "approval",
)
_REQUIRED = ("title", "section", "genre", "source")
_COMMAND = re.compile(r"\[\[(.*)\]\]\s*$")
_AUDIO = re.compile(r"audio:\s*(\S.*)", re.IGNORECASE)
_PAUSE = re.compile(r"nghỉ\s+(\d+(?:[.,]\d+)?)\s*s", re.IGNORECASE)
_REPEAT = re.compile(r"nhắc\s+lại", re.IGNORECASE)
_SPEAKER = re.compile(r"([^\W\d_][\w .-]{0,29}):\s+(?=\S)")
_OWN_PARAGRAPH = re.compile(r"(#{1,6}|[-+*•–])\s+\S")


def parse(file: str, data: bytes, speakers: tuple[str, ...] = ()) -> tuple[Bulletin | None, list[Problem]]:
    """Read one script.

    ``file`` is its path as shown in messages; ``speakers`` are the speaker names that the house knows: a
    paragraph that starts with one of them and a colon changes the speaker (other words before a colon are
    text). Returns the bulletin, or None when it cannot be used, and everything that is wrong with it.
    """
    if len(data) > MAX_BYTES:
        hint = _("Cut it into several scripts.")
        return None, [Problem(file, 0, _("the script is larger than 256 kB"), hint)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = _("Save it again as UTF-8; old TCVN3 or VNI text has to be converted first.")
        return None, [Problem(file, line, _("this is not UTF-8 text"), hint)]
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None, [
            Problem(file, 0, _("the script is empty"), _("Write the bulletin, or delete the file."))
        ]
    lines = text.split("\n")
    found = fences(lines)
    if found is None:
        hint = _('Begin with a line "+++", the keys title, section, genre and source, and "+++" again.')
        return None, [Problem(file, 1, _("the front matter between two +++ lines is missing"), hint)]
    first, last = found
    meta, problems = _front_matter(file, lines[first + 1 : last], first + 2)
    parts = _body(file, lines[last + 1 :], last + 2, speakers, problems)
    if not any(isinstance(part, Paragraph | Insert) for part in parts):
        problems.append(
            Problem(
                file, last + 2, _("the script says nothing"), _("Write the text below the second +++ line.")
            )
        )
    if meta is None or any(not problem.warning for problem in problems):
        return None, problems
    key_lines = _key_lines(lines[first + 1 : last], first + 2)
    return _bulletin(file, meta, parts, tuple(key_lines.items())), problems


def fences(lines: Sequence[str]) -> tuple[int, int] | None:
    """Places of the two ``+++`` lines around the front matter; None where they are not as they should be."""
    found = [number for number, line in enumerate(lines) if line.strip() == "+++"][:2]
    if len(found) < 2 or any(line.strip() for line in lines[: found[0]]):
        return None
    return found[0], found[1]


def _bulletin(
    file: str, meta: dict[str, object], parts: tuple[Part, ...], key_lines: tuple[tuple[str, int], ...]
) -> Bulletin:
    def text(key: str, default: str = "") -> str:
        return str(meta.get(key, default)).strip()

    stations = meta.get("stations", ["all"])
    level: Level = next(level for level in LEVELS if level == text("level", "routine"))
    approval = meta.get("approval")
    return Bulletin(
        id=file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".md"),
        file=file,
        title=text("title"),
        section=text("section"),
        genre=text("genre"),
        source=text("source"),
        author=text("author"),
        level=level,
        language=text("language", "vi"),
        valid_from=_date(meta.get("from")),
        valid_until=_date(meta.get("until")),
        times=int(str(meta.get("times", 1))),
        stations=tuple(stations) if isinstance(stations, list) else (str(stations),),
        voice=text("voice"),
        bed=text("bed"),
        sms=text("sms"),
        parts=parts,
        approval=Approval(**{key: str(value) for key, value in approval.items()})
        if isinstance(approval, dict)
        else None,
        key_lines=key_lines,
        recording=text("recording"),
        read_by=text("read_by"),
        translation_of=text("translation_of"),
        clusters=_texts(meta.get("clusters")),
        readings=int(str(meta.get("readings", 1))),
        origin=next(origin for origin in ORIGINS if origin == text("origin", "own")),
        corrects=text("corrects"),
        same_day=meta.get("same_day") is True,
    )


def _texts(value: object) -> tuple[str, ...]:
    """A list of texts, or one text, as a tuple."""
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value else ()


def _date(value: object) -> datetime.date | None:
    return value if isinstance(value, datetime.date) else None


def _key_lines(lines: list[str], first: int) -> dict[str, int]:
    """Line of each key; keys of a table are written ``table.key``."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(lines, first):
        if header := re.match(r"\s*\[(\w+)\]", line):
            table = f"{header[1]}."
            found.setdefault(header[1], number)
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            found.setdefault(table + key[1], number)
    return found


def _front_matter(file: str, lines: list[str], first: int) -> tuple[dict[str, object] | None, list[Problem]]:
    try:
        meta: dict[str, object] = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        line = first + (int(where[1]) if where else len(lines)) - 1
        hint = _('Each line is: key = "value", with straight quotes.')
        return None, [Problem(file, line, _("the front matter cannot be read: %s") % error, hint)]
    at = _key_lines(lines, first)
    problems = [Problem(file, at.get(key, first), *_unknown(key, _KEYS)) for key in meta if key not in _KEYS]
    for key in _REQUIRED:
        if not str(meta.get(key, "")).strip():
            hint = _('Add a line: %s = "…"') % key
            problems.append(Problem(file, at.get(key, first - 1), _('"%s" is missing') % key, hint))
    problems += [Problem(file, at.get(key, first), *bad) for key in meta for bad in _bad_value(key, meta)]
    return meta, problems


def _unknown(key: str, known: tuple[str, ...]) -> tuple[str, str]:
    close = difflib.get_close_matches(key, known, 1, 0.6)
    hint = _('Did you mean "%s"?') % close[0] if close else _("Known keys: %s.") % ", ".join(known)
    return _('unknown key "%s"') % key, hint


def _bad_value(key: str, meta: dict[str, object]) -> list[tuple[str, str]]:
    """What is wrong with the value of one front matter key: pairs of message and hint."""
    value = meta[key]
    choices = {
        "level": LEVELS,
        "genre": tuple(GENRES),
        "language": tuple(LANGUAGES),
        "origin": ORIGINS,
    }
    if key in _TEXT_KEYS and not isinstance(value, str):
        return [(_('"%s" must be text') % key, _('Put it in quotes: %s = "…"') % key)]
    if key in choices and value not in choices[key]:
        close = difflib.get_close_matches(str(value), choices[key], 1, 0.5)
        hint = (_('Did you mean "%s"? ') % close[0] if close else "") + _("Choices: %s.") % ", ".join(
            choices[key]
        )
        return [(_('"%(value)s" is no %(key)s') % {"value": value, "key": key}, hint)]
    if key == "recording" and value and not str(meta.get("read_by", "")).strip():
        hint = _('Name who reads it and vouches that it says this text: read_by = "…"')
        return [(_("a recording without the name of who reads it"), hint)]
    if key == "translation_of" and value and meta.get("language", "vi") == "vi":
        hint = _('Add its language, for example: language = "tay"')
        return [(_("a translation must be in another language than Vietnamese"), hint)]
    if key in ("from", "until") and (
        not isinstance(value, datetime.date) or isinstance(value, datetime.datetime)
    ):
        return [(_('"%s" must be a date') % key, _("Write it without quotes: %s = 2026-12-01") % key)]
    if (
        key == "until"
        and (start := _date(meta.get("from")))
        and isinstance(value, datetime.date)
        and value < start
    ):
        return [(_('"until" is before "from"'), _("Exchange or correct the two dates."))]
    if key == "times" and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 24):
        return [
            (
                _('"times" must be a whole number from 1 to 24'),
                _("It says how often a day the bulletin airs."),
            )
        ]
    if key == "readings" and (not isinstance(value, int) or isinstance(value, bool) or value not in (1, 2)):
        return [(_('"readings" is 1 or 2'), _("It says how often the bulletin is read in one programme."))]
    if key == "same_day" and not isinstance(value, bool):
        return [(_('"same_day" is true or false'), _("Write it without quotes: same_day = true"))]
    if key == "clusters" and not (isinstance(value, str) or _is_texts(value)):
        return [(_('"clusters" must be a list of names'), _('For example: clusters = ["xóm Pác Bó"]'))]
    if key == "stations" and not (isinstance(value, str) or _is_texts(value)):
        return [
            (_('"stations" must be a list of names'), _('For example: stations = ["truong-ha", "ma-ba"]'))
        ]
    if key == "approval" and not (
        isinstance(value, dict) and set(value) == {"by", "at", "sha256"} and _is_texts(list(value.values()))
    ):
        return [
            (_("the approval is damaged"), _('Delete the [approval] table and run "radio approve" again.'))
        ]
    return []


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _body(
    file: str, lines: list[str], first: int, speakers: tuple[str, ...], problems: list[Problem]
) -> tuple[Part, ...]:
    """The parts of the body; what is wrong with a ``[[…]]`` line is added to ``problems``."""
    parts: list[Part] = []
    speaker = ""
    open_paragraph = False
    for number, raw in enumerate(lines, first):
        line = raw.strip()
        if not line:
            open_paragraph = False
        elif line.startswith("[["):
            open_paragraph = False
            command = _command(line, number)
            if command is None:
                hint = _("Known: [[audio: file.opus]], [[nghỉ 2s]] (at most 30 s) and [[nhắc lại]].")
                problems.append(Problem(file, number, _('"%s" is not understood') % line[:60], hint))
            elif isinstance(command, Repeat) and not (parts and isinstance(parts[-1], Paragraph)):
                hint = _("Put it on the line after the paragraph that shall be heard twice.")
                problems.append(Problem(file, number, _("there is no paragraph to repeat here"), hint))
            else:
                parts.append(command)
        else:
            spoken_by = _SPEAKER.match(line)
            if spoken_by and spoken_by[1].casefold() in {name.casefold() for name in speakers}:
                speaker = next(name for name in speakers if name.casefold() == spoken_by[1].casefold())
                line, open_paragraph = line[spoken_by.end() :], False
            last = parts[-1] if parts else None
            alone = _OWN_PARAGRAPH.match(line) is not None
            if open_paragraph and not alone and isinstance(last, Paragraph):
                parts[-1] = Paragraph(last.speaker, f"{last.text}\n{line}", last.line)
            else:
                parts.append(Paragraph(speaker, line, number))
            open_paragraph = not line.startswith("#")
    return tuple(parts)


def _command(line: str, number: int) -> Insert | Pause | Repeat | None:
    command = _COMMAND.match(line)
    inside = command[1].strip() if command else ""
    if audio := _AUDIO.fullmatch(inside):
        return Insert(audio[1].strip(), number)
    if pause := _PAUSE.fullmatch(inside):
        ms = round(float(pause[1].replace(",", ".")) * 1000)
        return Pause(ms, number) if ms <= MAX_PAUSE_MS else None
    return Repeat(number) if _REPEAT.fullmatch(inside) else None
