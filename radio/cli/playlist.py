"""``radio playlist``: a built day for people and other players."""

import datetime
import sys
from pathlib import Path
from urllib.parse import quote

import click

from .. import package
from ..config import Station
from ..export import json_day, m3u8, name_of, sheet, xspf
from ..files import write_bytes, write_text
from ..house import OpenHouse, open_house
from ..i18n import _
from ..mix.items import ItemStore
from ..problem import RadioError
from ..single import single_file
from .common import DAY, explained, house_option
from .timetable import chosen_stations, station_option

FORMATS = ("m3u8", "xspf", "json")


@click.command(
    help=_(
        """Write the playlists of a built day, one folder a station.

        M3U8 and XSPF name the files of each slot for a player, JSON holds everything. With --single-file each
        slot becomes one MP3 and the day a sheet to print, for a station that has only a USB stick and a player.
        """
    )
)
@house_option
@click.argument("date", type=DAY)
@station_option
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, help=_("Only this format."))
@click.option("--single-file", "single", is_flag=True, help=_("One MP3 for each slot, and a sheet to print."))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help=_("Where to write them.")
)
@explained
def playlist(
    root: Path, date: datetime.date, station: str | None, formats: tuple[str, ...], single: bool, out: Path
) -> None:
    """Write files; tell each folder."""
    opened = open_house(root)
    failed = False
    for one in chosen_stations(opened, station):
        manifest = _manifest(opened, one, date)
        folder = out / one.id
        folder.mkdir(parents=True, exist_ok=True)
        if not manifest.slots:
            click.echo(
                _("%(station)s: nothing airs on %(date)s") % {"station": one.name, "date": date}, err=True
            )
            continue
        try:
            if single:
                _write_single(opened, manifest, folder)
            else:
                _write_lists(opened, manifest, folder, formats or FORMATS)
        except FileNotFoundError as error:
            told = {"station": one.name, "file": error.filename}
            click.echo(_("%(station)s: the item %(file)s is missing; build the day again") % told, err=True)
            failed = True
            continue
        click.echo(f"{one.name}: {folder}")
    sys.exit(1 if failed else 0)


def _manifest(opened: OpenHouse, station: Station, date: datetime.date) -> package.Manifest:
    path = opened.var / "packages" / package.built_path(station.id, date)
    if not path.is_file():
        raise RadioError(_('%(date)s has not been built: "radio build %(date)s" first') % {"date": date})
    try:
        return package.parse(path.read_bytes())
    except package.BadManifest as error:
        raise RadioError(f"{path}: {error}") from error


def _write_lists(
    opened: OpenHouse, manifest: package.Manifest, folder: Path, formats: tuple[str, ...]
) -> None:
    items = ItemStore(opened.var)

    def path(item: package.ItemRef) -> str:
        return str(items.path(item).resolve(strict=True))

    def address(item: package.ItemRef) -> str:
        return "file://" + quote(path(item))

    for slot in manifest.slots:
        if "m3u8" in formats:
            write_text(folder / name_of(manifest, slot, "m3u8"), m3u8(manifest, slot, path))
        if "xspf" in formats:
            write_bytes(folder / name_of(manifest, slot, "xspf"), xspf(manifest, slot, address))
    if "json" in formats:
        write_text(folder / f"{manifest.date}.json", json_day(manifest))


def _write_single(opened: OpenHouse, manifest: package.Manifest, folder: Path) -> None:
    items, house = ItemStore(opened.var), opened.house
    for slot in manifest.slots:
        path = folder / name_of(manifest, slot, "mp3")
        single_file(manifest, slot, items.path, path, house.sound.bitrate, house.centre.name)
    write_text(folder / f"{manifest.date}.html", sheet(manifest))
