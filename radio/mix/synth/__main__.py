"""``python -m radio.mix.synth FOLDER [NAME…]``: make the sample house's sound files."""

from pathlib import Path

import click

from ... import files
from ...i18n import _
from ...problem import RadioError
from .opus import levelled
from .render import render
from .score import Piece, load


@click.command(help=_("Make the sound files of the sample house in FOLDER (all, or those named)."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
def main(folder: Path, names: tuple[str, ...]) -> None:
    """Render, level and write each piece; the list of files is written only where there is none yet."""
    try:
        _make(folder, names)
    except RadioError as error:
        raise click.ClickException(str(error)) from error


def _make(folder: Path, names: tuple[str, ...]) -> None:
    pieces = load()
    unknown = set(names) - {piece.name for piece in pieces}
    if unknown:
        raise click.UsageError(_("no piece is named %(names)s") % {"names": ", ".join(sorted(unknown))})
    for piece in pieces:
        if not names or piece.name in names:
            data = levelled(render(piece), piece.title, piece.loop)
            files.write_bytes(folder / f"{piece.name}.opus", data)
            click.echo(
                _("%(name)s: %(seconds).1f s, %(kilobytes)d kB")
                % {"name": piece.name, "seconds": piece.seconds, "kilobytes": len(data) // 1000}
            )
    if not (folder / "audio.toml").exists():
        files.write_text(folder / "audio.toml", catalogue(pieces))


def catalogue(pieces: tuple[Piece, ...]) -> str:
    """The text of ``audio.toml`` for these pieces: what each file is, for the people who plan programmes."""
    tables = [_table(piece) for piece in pieces]
    head = (
        "# What each sound file is. kind: ident, jingle, sting, bed, fill, tone or chime.\n"
        "# phrase_seconds: a fill or bed may be faded out at any whole multiple of it.\n"
        "# loop: the end leads back into the beginning without a seam.\n"
    )
    return "\n".join([head, *tables])


def _table(piece: Piece) -> str:
    lines = [f'["{piece.name}.opus"]', f'title = "{piece.title}"', f'kind = "{piece.kind}"']
    if piece.phrase_beats:
        lines.append(f"phrase_seconds = {piece.phrase_seconds:.3f}")
    if piece.loop:
        lines.append("loop = true")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(prog_name="python -m radio.mix.synth")
