"""``radio voices``: which voices there are, whether they may go on air, and how each sounds."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.table import Table

from ..house import OpenHouse, Ready, open_house, ready
from ..i18n import _
from ..mainjob import voice_setup
from ..script import LANGUAGES, parse
from ..voice import ENGINES, VoiceError, open_engine
from .common import console, explained, house_option, json_option, print_json
from .listen import device_option, hear, save_option

SAMPLE = """+++
title = "Nghe thử giọng đọc"
section = "nghe-thu"
genre = "tin"
source = "Đài Truyền thanh"
+++
Kính thưa bà con và các bạn. Mời bà con đến họp lúc 7h30, thứ Bảy, ngày 15/10, tại nhà văn hóa xóm.
"""
GREETING = "{name}: Kính chào bà con và các bạn."


@dataclass(frozen=True)
class Row:
    """One voice: whether it can speak here (and if not, why), whether it may go on air, and what it is."""

    name: str
    ready: bool
    reason: str
    on_air: bool
    about: str


@click.command(
    help=_(
        """List the voices: which are ready, which may go on air, and how to get more.

        --hear lets one of them, and every speaker of the house, say a few words; with --save into a file. The
        order of voices, and which are for rehearsal only, stand under [voice] in schedule.toml.
        """
    )
)
@house_option
@click.option("--hear", "name", type=click.Choice(list(ENGINES)), help=_("The voice to hear."))
@save_option
@device_option
@json_option
@explained
def voices(root: Path, name: str | None, save: Path | None, device: str, as_json: bool) -> None:
    """List the voices, or hear one."""
    opened = open_house(root)
    if name:
        hear(opened, _sample(opened), name, save, device)
        return
    if save:
        raise click.UsageError(_("--save needs --hear: which voice shall be saved?"))
    rows = list(_rows(opened))
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        _show(rows)


def _rows(opened: OpenHouse) -> Iterator[Row]:
    """The house's order first, then what else there is."""
    own = opened.house.voice
    for name in dict.fromkeys([*own.engines, *ENGINES]):
        try:
            open_engine(name, voice_setup(opened)).ready()
            reason = ""
        except VoiceError as error:
            reason = str(error)
        yield Row(name, not reason, reason, name in own.aired, _about(name, opened))
    yield Row("recorded", True, "", True, _about("recorded", opened))


def _about(name: str, opened: OpenHouse) -> str:
    """What the voice is and how to get more of it."""
    if name == "gtts":
        return _("Google's voice, over the network; checked only when it is asked to speak.")
    if name == "espeak":
        return _("Built in, needs no network: vi (north), vi-vn-x-central, vi-vn-x-south.")
    if name == "piper":
        files = ", ".join(sorted(path.name for path in (opened.root / "voices").glob("*.onnx")))
        return _(
            "Neural voices without network. Copy NAME.onnx and NAME.onnx.json into voices/ and set [voice.piper]"
            " model. Files there: %s"
        ) % (files or _("none"))
    if name == "http":
        return _(
            "A licensed service: its request stands in [voice.http], its key in an environment variable."
        )
    others = ", ".join(list(LANGUAGES.values())[1:])
    return _("A person, by recording in a script; the only way for %s.") % others


def _show(rows: list[Row]) -> None:
    table = Table(title=_("Voices"), show_lines=True)
    for column in (_("Voice"), _("State"), _("On air"), _("What it is")):
        table.add_column(column)
    for row in rows:
        state = _("ready") if row.ready else _("not ready: %s") % row.reason
        aired = _("yes") if row.on_air else _("rehearsal") if row.ready else "–"
        table.add_row(row.name, state, aired, row.about)
    console().print(table)
    click.echo(_('"radio voices --hear NAME" lets one speak; "radio listen SCRIPT --voice NAME" a bulletin.'))


def _sample(opened: OpenHouse) -> Ready:
    """A few words by the house's voice and by each of its speakers, read as any script is."""
    speakers = opened.house.speakers
    text = "\n\n".join([SAMPLE, *(GREETING.format(name=name) for name in speakers)])
    bulletin, _problems = parse("nghe-thu.md", text.encode(), speakers)
    assert bulletin is not None, "the sample is a script of our own"
    return ready(opened.root, bulletin, opened.lexicon, opened.settings)
