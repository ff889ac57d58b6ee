"""``radio import``: an office document becomes proposed scripts; nothing of it is lost unseen."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..config import parse_house
from ..files import write_text
from ..house import SCHEDULE
from ..i18n import _, ngettext
from ..importing import (
    SYLLABLES_A_MINUTE,
    Draft,
    LeftOut,
    Line,
    cut,
    guess_section,
    read_document,
    understand,
)
from ..problem import BadInput, RadioError
from ..script import parse
from .common import explained, house_option


@click.command(
    "import",
    help=_(
        """Propose scripts from an office document (.docx, .odt, .pdf with text, .txt; .doc with LibreOffice).

        The document is cut into bulletins that a listener can follow; a table becomes a list. Letterhead,
        addressees, signature, page headers and page numbers are left out and listed with their lines. Text in
        the old fonts (TCVN3, VNI) is converted. The scripts are not approved: read them, change
        what is better said otherwise, and approve them. A file that exists is never overwritten; a document
        stamped MẬT, TỐI MẬT or TUYỆT MẬT is refused.
        """
    ),
)
@click.argument("document", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@house_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder for the scripts; scripts/ of the house unless given."),
)
@click.option(
    "--text", "only_text", is_flag=True, help=_("Show the numbered lines that were read, write nothing.")
)
@click.option("--dry-run", is_flag=True, help=_("Show the scripts, write nothing."))
@click.option(
    "--minutes",
    type=click.FloatRange(1, 10),
    default=2.5,
    show_default=True,
    help=_("Length of each bulletin."),
)
@click.option("--section", help=_("Section of the scripts; guessed from the text unless given."))
@click.option(
    "--name", default="", help=_("Beginning of the file names; made from the document unless given.")
)
@explained
def import_(
    document: Path,
    root: Path,
    out: Path | None,
    only_text: bool,
    dry_run: bool,
    minutes: float,
    section: str | None,
    name: str,
) -> None:
    """Read, cut, show, write."""
    sections = _sections(root)
    if section is not None and section not in sections:
        raise RadioError(
            _('there is no section "%(id)s"; known: %(known)s')
            % {"id": section, "known": ", ".join(sections)}
        )
    extracted = read_document(document.read_bytes(), str(document))
    for note in extracted.notes:
        click.echo(_("Note: %s") % note, err=True)
    if only_text:
        _show_text(extracted.lines, extracted.left_out)
        return
    understood = understand(extracted.lines, extracted.left_out)
    chosen = section or guess_section(understood, sections)
    drafts = cut(understood, document.name, chosen, _file_name(name), minutes)
    if not drafts:
        _show_left_out(understood.left_out)
        raise RadioError(_("%s: nothing to broadcast was found in it") % document)
    folder = out or root / "scripts"
    kept = _show(drafts) if dry_run else _write(drafts, folder)
    _show_left_out(understood.left_out)
    if not dry_run:
        click.echo(
            _('Read them, then approve them: radio approve %s --by "NAME, OFFICE"')
            % f"{drafts[0].name[:-2]}…"
        )
    sys.exit(1 if kept else 0)


def _sections(root: Path) -> dict[str, str]:
    path = root / SCHEDULE
    house, problems = parse_house(SCHEDULE, path.read_bytes())
    if house is None:
        raise BadInput(problems)
    return {section.id: section.name for section in house.section}


def _file_name(name: str) -> str:
    if name and (Path(name).name != name or name.startswith(".")):
        raise RadioError(_('"%s" cannot begin a file name') % name)
    return name


def _show_text(lines: Sequence[Line], left_out: Sequence[LeftOut]) -> None:
    for line in lines:
        click.echo(f"{line.number:>5}  {line.text}".rstrip())
    _show_left_out(left_out)


def _show(drafts: Sequence[Draft]) -> int:
    """Print the scripts; nothing is kept from being written."""
    for draft in drafts:
        click.echo(f"=== {draft.name}.md\n{draft.text}")
    return 0


def _write(drafts: Sequence[Draft], folder: Path) -> int:
    """Write what is not there yet; how many scripts were kept back by a different file of that name."""
    kept = 0
    for draft in drafts:
        path = folder / f"{draft.name}.md"
        if not os.path.lexists(path):
            write_text(path, draft.text)
            outcome = ""
        elif _says_the_same(path, draft):
            outcome = _("is already there")
        else:
            outcome = _("kept as it is: the existing file says something else")
            kept += 1
        seconds = round(draft.syllables * 60 / SYLLABLES_A_MINUTE)
        place = _("lines %(first)d to %(last)d, about %(minutes)d:%(seconds)02d") % {
            "first": draft.first,
            "last": draft.last,
            "minutes": seconds // 60,
            "seconds": seconds % 60,
        }
        click.echo(f"{path}  {draft.title}  ({place}){'  ' + outcome if outcome else ''}")
    return kept


def _says_the_same(path: Path, draft: Draft) -> bool:
    """Whether the script at ``path`` has the draft's title and words; approval and settings may differ."""
    try:
        there, _problems = parse(path.name, path.read_bytes())
    except OSError:
        return False
    proposed, _problems = parse(path.name, draft.text.encode())
    return bool(there and proposed and (there.title, there.text) == (proposed.title, proposed.text))


def _show_left_out(left_out: Sequence[LeftOut]) -> None:
    count = sum(one.last - one.first + 1 for one in left_out)
    if left_out:
        click.echo("\n" + ngettext("Left out, %d line:", "Left out, %d lines:", count) % count)
    for one in left_out:
        for number, text in enumerate(one.text.split("\n")):
            place = (
                f"{one.first}–{one.last} " if one.last > one.first else f"{one.first} " if one.first else ""
            )
            head = f"{place}{one.reason}"
            click.echo(f"  {head if number == 0 else '':<24} {text}")
