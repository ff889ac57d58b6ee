"""``radio keys``: the keys by which stations know what comes from this centre."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..files import exclusive
from ..house import open_house
from ..i18n import _
from ..problem import RadioError
from ..push.login import public_line
from ..trust import backup, keys, roles
from ..trust.office import KeyState, Office
from .common import console, explained, house_option, json_option, print_json

keys_option = click.option(
    "--keys",
    "keys_folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder of the private keys, for example on a stick; state/keys of the house unless given."),
)


def ask_passphrase(name: str) -> str:
    """Ask for the passphrase of a key, without showing it."""
    answer: str = click.prompt(_("Passphrase of the key %s") % name, hide_input=True, err=True)
    return answer


def _new_passphrase(name: str) -> str:
    answer: str = click.prompt(
        _("New passphrase for %s") % name, hide_input=True, confirmation_prompt=True, err=True
    )
    return answer


@click.group(
    "keys",
    help=_(
        """The keys by which stations know what comes from this centre.

        Three root keys, of which two have to sign, say who the centre is; the centre's key signs every day; the
        cut-in key signs emergencies; the online key only says what is newest. "radio today" makes them when there
        are none, all on this machine and without a passphrase: good enough for one laptop in a locked room. A larger
        centre makes them with "radio keys init --protect" and keeps the root keys elsewhere.
        """
    ),
)
def keys_group() -> None:
    """The group; its commands follow."""


@keys_group.command("init", help=_("Make the keys of this house."))
@house_option
@keys_option
@click.option("--protect", is_flag=True, help=_("Put the root, centre and cut-in keys under passphrases."))
@explained
def init(root: Path, keys_folder: Path | None, protect: bool) -> None:
    """Make them, once."""
    opened = open_house(root)
    now = datetime.datetime.now(datetime.UTC)
    passphrases: dict[str, str] = {}
    if protect:
        passphrases = dict.fromkeys(roles.ROOT_KEYS, _new_passphrase(_("the root keys")))
        passphrases[roles.CENTRE] = _new_passphrase(_("the centre's key"))
        passphrases[roles.CUT_IN] = _new_passphrase(_("the cut-in key"))
    with exclusive(opened.var / "radio.lock"):
        office = Office(opened.state)
        if not office.found(now, passphrases):
            raise RadioError(_("this house has its keys already"))
        if keys_folder:
            office.move_keys(keys_folder)
    click.echo(_("The keys were made. Fingerprint: %s") % office.repository.fingerprint)
    click.echo(_('Make a recovery copy now, and keep it in a safe: "radio keys backup FILE"'))


@keys_group.command(
    "show", help=_("Show the fingerprint, every key and where its private half is, and what runs out when.")
)
@house_option
@keys_option
@json_option
@explained
def show(root: Path, keys_folder: Path | None, as_json: bool) -> None:
    """Print them; nothing secret is shown."""
    office = Office(open_house(root).state, keys_folder)
    printed, states, ends = office.repository.fingerprint, office.states(), office.repository.expires()
    if as_json:
        print_json(_as_tree(printed, states, ends))
        return
    out = console()
    out.print(_("Fingerprint: %s") % printed)
    words = {"open": _("here, without a passphrase"), "protected": _("here, under a passphrase")}
    for one in states:
        where = words.get(one.private, _("not on this machine"))
        out.print(f"  {one.name:8} {one.key_id[:16]}  {where}")
    if line := public_line(Office(open_house(root).state).keys_folder):
        out.print(_("For authorized_keys of the stations: %s") % line, soft_wrap=True)
    soonest = min(ends, key=lambda role: ends[role])
    out.print(
        _("The first to run out: %(role)s, on %(date)s")
        % {"role": soonest, "date": ends[soonest].strftime("%d/%m/%Y")}
    )


def _as_tree(
    printed: str, states: tuple[KeyState, ...], ends: Mapping[str, datetime.datetime]
) -> dict[str, Any]:
    return {
        "fingerprint": printed,
        "keys": [vars(one) for one in states],
        "expires": {role: end.isoformat() for role, end in ends.items()},
    }


@keys_group.command(
    "backup",
    help=_("Write all keys, and what they have signed, into FILE under a passphrase: the recovery copy."),
)
@house_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@explained
def backup_command(root: Path, file: Path) -> None:
    """Write it."""
    state = open_house(root).state
    if not Office(state).repository.exists:
        raise RadioError(_('this house has no keys yet: "radio keys init"'))
    backup.save(state, file, _new_passphrase(_("the recovery copy")))
    click.echo(_("Written: %s. Without its passphrase nobody can open it, you neither.") % file)


@keys_group.command("restore", help=_("Bring the keys back from the recovery copy FILE."))
@house_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@explained
def restore(root: Path, file: Path) -> None:
    """Read it back into a house without keys."""
    state = open_house(root).state
    names = backup.restore(file, state, ask_passphrase(_("the recovery copy")))
    click.echo(_("%d files are back.") % len(names))
    click.echo(_("Fingerprint: %s") % Office(state).repository.fingerprint)


def _replace(root: Path, keys_folder: Path | None, name: str, protect: bool) -> None:
    opened = open_house(root)
    passphrase = _new_passphrase(name) if protect else ""
    with exclusive(opened.var / "radio.lock"):
        office = Office(opened.state, keys_folder)
        office.replace(name, datetime.datetime.now(datetime.UTC), ask_passphrase, passphrase)
    click.echo(_('The key %s is a new one. Push soon, so that stations hear of it: "radio today"') % name)
    if name in roles.ROOT_KEYS:
        click.echo(
            _("The fingerprint is now %s. Stations that trust the old one follow by themselves.")
            % office.repository.fingerprint
        )


name_argument = click.argument("name", type=click.Choice(roles.KEYS))
protect_option = click.option("--protect", is_flag=True, help=_("Put the new key under a passphrase."))


@keys_group.command("rotate", help=_("Put a new key in the place of NAME, as is done every few years."))
@house_option
@keys_option
@name_argument
@protect_option
@explained
def rotate(root: Path, keys_folder: Path | None, name: str, protect: bool) -> None:
    """Replace a key that nobody has stolen."""
    _replace(root, keys_folder, name, protect)


@keys_group.command(
    "revoke",
    help=_(
        """Put a new key in the place of NAME, which was lost or stolen.

        Two root keys have to be here, other than the lost one. What a thief signs with the old key is refused by
        every station from its next push on; a station that cannot be reached has to be told by a stick.
        """
    ),
)
@house_option
@keys_option
@name_argument
@protect_option
@explained
def revoke(root: Path, keys_folder: Path | None, name: str, protect: bool) -> None:
    """Replace a key that is lost."""
    _replace(root, keys_folder, name, protect)


@keys_group.command("protect", help=_("Put the private key NAME under a passphrase, or under a new one."))
@house_option
@keys_option
@name_argument
@explained
def protect_command(root: Path, keys_folder: Path | None, name: str) -> None:
    """Rewrite the file of one key."""
    office = Office(open_house(root).state, keys_folder)
    if name == roles.ONLINE:
        raise RadioError(_("the online key works by night as well: it has to open by itself"))
    signer = keys.load(office.keys_folder, name, ask_passphrase)
    keys.protect(office.keys_folder, name, signer, _new_passphrase(name))
    click.echo(_("The key %s is under its passphrase now.") % name)
