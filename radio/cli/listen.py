"""``radio listen``: one bulletin through the real path, heard here or saved."""

import shutil
import time
from pathlib import Path

import click

from ..files import write_with
from ..house import OpenHouse, Ready, open_house
from ..i18n import _
from ..mainjob import studio_of
from ..mix.items import Item, ItemStore
from ..mix.mp3 import decode
from ..package import RATE
from ..problem import RadioError
from ..production import Production
from ..voice import ENGINES
from .common import explained, house_option

save_option = click.option(
    "--save", type=click.Path(path_type=Path, dir_okay=False), help=_("Write the MP3 to this file.")
)
device_option = click.option("--device", default="", help=_("Sound device; the default one unless given."))


@click.command(
    help=_(
        """Hear one bulletin as it would be aired, approved or not.

        SCRIPT is a file or its name. With --save it is written to a file instead of played. --voice tries
        another voice; "radio voices" lists them.
        """
    )
)
@house_option
@click.argument("script")
@click.option(
    "--voice", type=click.Choice(list(ENGINES)), help=_("The voice to hear, whether it may go on air or not.")
)
@save_option
@device_option
@explained
def listen(root: Path, script: str, voice: str | None, save: Path | None, device: str) -> None:
    """Make the item, then play or save it."""
    opened = open_house(root)
    hear(opened, opened.script(script), voice, save, device)


def hear(opened: OpenHouse, ready: Ready, voice: str | None, save: Path | None, device: str) -> None:
    """Make one bulletin's item, by ``voice`` or else by the house's own, then play or save it."""
    studio = studio_of(opened, [voice] if voice else [])
    store = ItemStore(opened.var)
    item = store.make(Production(opened, studio).bulletin(ready))
    for note in studio.notes:
        click.echo(note, err=True)
    if voice and voice not in opened.house.voice.aired:
        click.echo(_("%s is a voice for rehearsal: it does not go on air") % voice)
    click.echo(
        _("%(title)s: %(seconds).0f s, %(lufs).1f LUFS, true peak %(peak).1f dBTP")
        % {"title": item.title, "seconds": item.samples / RATE, "lufs": item.lufs, "peak": item.dbtp}
    )
    if save:
        write_with(save, lambda part: shutil.copyfile(store.path(item), part))
        click.echo(_("saved: %s") % save)
    else:
        _play(store.path(item).read_bytes(), item, device)


def _play(data: bytes, item: Item, device: str) -> None:
    """Play an item on this machine and return when its last sample has been heard."""
    from ..station.sinks import LATENCY, NoSound, open_sink

    pcm = b"".join((block * 32767).clip(-32768, 32767).astype("<i2").tobytes() for block in decode(data))
    pcm = pcm[item.offset * 2 : (item.offset + item.samples) * 2]
    position = 0

    def fill(count: int, _origin: float) -> bytes:
        nonlocal position
        block = pcm[position : position + 2 * count]
        position += 2 * count
        return block.ljust(2 * count, b"\0")

    try:
        sink = open_sink("auto", device, fill, lambda text: click.echo(text, err=True))
    except NoSound as error:
        hint = _('there is no sound on this machine; "--save FILE" writes the sound to a file')
        raise RadioError(f"{error}\n{hint}") from error
    try:
        while position < len(pcm) + 2 * round(LATENCY * RATE) and not sink.error:
            time.sleep(0.05)
    finally:
        sink.close()
    if sink.error:
        raise RadioError(sink.error)
