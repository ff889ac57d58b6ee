"""``radio listen``: one bulletin through the real path, heard here or saved."""

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import numpy as np

from ..files import write_bytes, write_with
from ..house import OpenHouse, Ready, open_house
from ..i18n import _
from ..mainjob import studio_of
from ..mix.codecs import CODINGS
from ..mix.horn import through_horn
from ..mix.items import Item, ItemStore, plan_timeline
from ..mix.sources import Samples
from ..package import RATE
from ..problem import RadioError
from ..production import Production, house_logo
from ..voice import ENGINES
from .common import explained, house_option

WIND_DB = -12.0
"""A windy day: the voice is still understood, but not without effort."""

save_option = click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Write it to this file (MP3, or what the house uses)."),
)
device_option = click.option("--device", default="", help=_("Sound device; the default one unless given."))


@click.command(
    help=_(
        """Hear one bulletin as it would be aired, approved or not.

        SCRIPT is a file or its name. With --save it is written to a file instead of played. --voice tries
        another voice; "radio voices" lists them. --horn lets you hear what arrives in a yard: the horn's
        narrow band, the echo of walls and of the next horn.
        """
    )
)
@house_option
@click.argument("script")
@click.option(
    "--voice", type=click.Choice(list(ENGINES)), help=_("The voice to hear, whether it may go on air or not.")
)
@click.option("--horn", is_flag=True, help=_("As it sounds through a horn, with echo."))
@click.option("--wind", is_flag=True, help=_("With --horn: on a windy day."))
@click.option(
    "--plan",
    "only_plan",
    is_flag=True,
    help=_("Print when what sounds, and how loud the bed is; play nothing."),
)
@save_option
@device_option
@explained
def listen(
    root: Path,
    script: str,
    voice: str | None,
    horn: bool,
    wind: bool,
    only_plan: bool,
    save: Path | None,
    device: str,
) -> None:
    """Make the item, then play or save it; or print its plan."""
    if wind and not horn:
        raise click.UsageError(_("--wind goes with --horn"))
    opened = open_house(root)
    if only_plan:
        print_plan(opened, opened.script(script), voice)
        return
    outdoors = partial(through_horn, wind_db=WIND_DB if wind else None) if horn else None
    hear(opened, opened.script(script), voice, save, device, outdoors)


def print_plan(opened: OpenHouse, ready: Ready, voice: str | None) -> None:
    """Print a bulletin's mix plan: cues, fades, chapters, bed automation."""
    plan = Production(opened, studio_of(opened, [voice] if voice else [])).bulletin(ready)
    opened.var.mkdir(parents=True, exist_ok=True)
    line = plan_timeline(plan, opened.var)
    click.echo(_("%(title)s: %(seconds).3f s") % {"title": plan.tags.title, "seconds": line.ms / 1000})
    click.echo(str(line))


def hear(
    opened: OpenHouse,
    ready: Ready,
    voice: str | None,
    save: Path | None,
    device: str,
    outdoors: Callable[[Samples], Samples] | None = None,
) -> None:
    """Make one bulletin's item, by ``voice`` or else by the house's own, then play or save it.

    ``outdoors`` turns its sound into what is heard somewhere else; the item itself stays as it is.
    """
    studio = studio_of(opened, [voice] if voice else [])
    store = ItemStore(opened.var)
    item = store.make(Production(opened, studio, house_logo(opened)).bulletin(ready))
    for note in studio.notes:
        click.echo(note, err=True)
    if voice and voice not in opened.house.voice.aired:
        click.echo(_("%s is a voice for rehearsal: it does not go on air") % voice)
    click.echo(
        _("%(title)s: %(seconds).0f s, %(lufs).1f LUFS, true peak %(peak).1f dBTP")
        % {"title": item.title, "seconds": item.samples / RATE, "lufs": item.lufs, "peak": item.dbtp}
    )
    path = store.path(item)
    if save and outdoors is None:
        write_with(save, lambda part: shutil.copyfile(path, part))
    elif save and outdoors is not None:
        data = CODINGS[item.codec].encode([outdoors(_sound(path, item))], opened.house.sound.bitrate)
        write_bytes(save, data)
    else:
        _play(_sound(path, item) if outdoors is None else outdoors(_sound(path, item)), device)
    if save:
        click.echo(_("saved: %s") % save)


def _sound(path: Path, item: Item) -> Samples:
    """Every sample of an item."""
    decoded = np.concatenate(list(CODINGS[item.codec].decode(path.read_bytes())))
    return decoded[item.offset : item.offset + item.samples]


def _play(sound: Samples, device: str) -> None:
    """Play samples on this machine and return when the last one has been heard."""
    from ..station.sinks import LATENCY, NoSound, open_sink

    pcm = (sound * 32767).clip(-32768, 32767).astype("<i2").tobytes()
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
