"""``radio approve``: the leadership's word that exactly this may be said."""

import difflib
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from ..approval import with_approval
from ..files import write_bytes
from ..house import OpenHouse, Ready, open_house
from ..i18n import _
from ..problem import BadInput, Problem
from ..script import Approval, Bulletin, parse
from ..spoken import spoken_text
from ..store import Store
from .common import explained, house_option, local_now


@click.command(
    help=_(
        """Approve scripts for airing, after showing exactly what will be said.

        The approval is written into the script. Any later change of the text, of when or where it airs, of a
        recording in it, or of how it is read, voids it. --revoke takes an approval back.
        """
    )
)
@house_option
@click.argument("scripts", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help=_("All scripts that are not approved as they stand now.")
)
@click.option("--by", help=_("Who approves: name and office."))
@click.option("--yes", is_flag=True, help=_("Do not ask; for those who have read the text elsewhere."))
@click.option("--revoke", is_flag=True, help=_("Take the approval back."))
@explained
def approve(
    root: Path, scripts: tuple[str, ...], everything: bool, by: str | None, yes: bool, revoke: bool
) -> None:
    """Show, ask, write, audit."""
    if not scripts and not everything:
        raise click.UsageError(_("name one or more scripts, or use --all"))
    if not by and not revoke:
        raise click.UsageError(_('say who approves: --by "NAME, OFFICE"'))
    if by and not by.isprintable():
        raise click.UsageError(_("the name after --by holds characters that cannot be printed"))
    opened = open_house(root)
    chosen = [opened.script(name) for name in scripts]
    if everything:
        standing = [one for one in opened.scripts if revoke == (one.standing == "approved")]
        chosen = [one for one in standing if one.spoken or revoke]  # the others wait for their recording
    failed = False
    with closing(Store(opened.state)) as store:
        for ready in chosen:
            if revoke and ready.bulletin.approval is None:
                click.echo(_("%s: not approved anyway") % ready.bulletin.file)
            elif revoke:
                _write(opened, ready, None)
                click.echo(_("%s: approval taken back") % ready.bulletin.file)
            elif ready.standing == "approved":
                click.echo(_("%s: already approved") % ready.bulletin.file)
            elif not ready.spoken:
                click.echo(
                    _("%s: not recorded yet, there is nothing to approve") % ready.bulletin.file, err=True
                )
                failed = True
            else:
                failed |= not _approve(opened, store, ready, str(by), yes)
    for problem in opened.problems:
        click.echo(str(problem), err=True)
    sys.exit(1 if failed else 0)


def _approve(opened: OpenHouse, store: Store, ready: Ready, by: str, yes: bool) -> bool:
    """Approve one script; False when the person said no."""
    if not yes:
        _show(store, ready)
        if not click.confirm(_("Approve?")):
            return False
    now = local_now(opened.house.zone, None).replace(microsecond=0)
    approval = Approval(by, now.isoformat(), ready.content)
    _write(opened, ready, approval)
    store.approved(ready.bulletin.file, ready.content, by, approval.at, spoken_text(ready.spoken))
    click.echo(_("%(file)s: approved by %(by)s") % {"file": ready.bulletin.file, "by": by})
    return True


def _show(store: Store, ready: Ready) -> None:
    """What will be said; where an earlier approval is known, what is different from it."""
    bulletin, words = ready.bulletin, spoken_text(ready.spoken)
    click.echo(f"\n{bulletin.file}: {bulletin.title}\n")
    before = store.approved_words(bulletin.approval.sha256) if bulletin.approval else None
    if before is None:
        click.echo(words)
        return
    click.echo(
        _("Changed since it was approved by %s:") % (bulletin.approval.by if bulletin.approval else "")
    )
    for line in difflib.unified_diff(before.splitlines(), words.splitlines(), lineterm="", n=1):
        if not line.startswith(("---", "+++", "@@")):
            click.echo(line)


def _write(opened: OpenHouse, ready: Ready, approval: Approval | None) -> None:
    """Write the approval into the script, but only if reading it again gives that and nothing else changed."""
    path = opened.root / ready.bulletin.file
    data = with_approval(path.read_bytes().decode("utf-8-sig"), approval).encode("utf-8")
    again, problems = parse(ready.bulletin.file, data, opened.house.speakers)
    if again is None or again.approval != approval or _said(again) != _said(ready.bulletin):
        message = _("the approval could not be written: the front matter is written in an unusual way")
        hint = _("Write it as: key = value, one a line, between two lines +++.")
        raise BadInput([*problems, Problem(ready.bulletin.file, 1, message, hint)])
    write_bytes(path, data)


def _said(bulletin: Bulletin) -> Bulletin:
    """The bulletin without its approval and its line numbers."""
    parts = tuple(replace(part, line=0) for part in bulletin.parts)
    return replace(bulletin, approval=None, parts=parts, key_lines=())
