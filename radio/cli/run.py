"""``radio run``: the unattended centre."""

import signal
from pathlib import Path
from types import FrameType

import click

from ..i18n import _
from ..unattended import Centre
from .common import explained, house_option


@click.command(
    help=_(
        """Build and push by itself, day after day, ahead of each slot.

        At the start, and every evening, today and the next days are built and pushed; before each slot once
        more, so that late approvals and repaired links are caught. What fails is reported and tried again at
        the next turn. Stop it with Ctrl+C; after a restart it goes on where it was.
        """
    )
)
@house_option
@click.option(
    "--ahead",
    type=click.IntRange(1, 720),
    default=45,
    show_default=True,
    help=_("Minutes before a slot at which it is built."),
)
@click.option(
    "--days",
    type=click.IntRange(0, 14),
    default=2,
    show_default=True,
    help=_("Days after today that stations are given as well."),
)
@explained
def run(root: Path, ahead: int, days: int) -> None:
    """Run until stopped."""
    centre = Centre(root, ahead, days, click.echo)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        centre.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    centre.run()
