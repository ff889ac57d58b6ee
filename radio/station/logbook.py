"""The log book of a day (sổ nhật ký phát sóng) as plain text. Pure."""

import datetime
from collections.abc import Sequence

from ..i18n import _
from ..package import RATE
from .asrun import Row


def outcome_words() -> dict[str, str]:
    """The outcomes of the as-run log in the user's words."""
    return {
        "playing": _("playing"),
        "played": _("played"),
        "partial": _("partly played"),
        "missed": _("missed"),
        "refused": _("refused"),
        "error": _("no sound"),
    }


def log_book(station: str, date: datetime.date, found: Sequence[Row]) -> list[str]:
    """The lines of the book: one for each item, with its reason below, a sum, and a place to sign."""
    words = outcome_words()
    lines = [
        _("BROADCAST LOG BOOK"),
        _("Station %(station)s, %(date)s") % {"station": station, "date": date.strftime("%d/%m/%Y")},
        "",
        f"{_('Planned'):9} {_('Started'):9} {_('Ended'):9} {_('Outcome'):14} {_('Bulletin')}",
    ]
    for row in found:
        times = " ".join(f"{_clock(moment, row):9}" for moment in (row.scheduled, row.started, row.ended))
        lines.append(f"{times} {words[row.outcome]:14} {row.title}  [{row.item[:12]}]")
        if row.reason:
            lines.append(f"{'':30}{row.reason}")
    heard = sum(row.heard for row in found) / RATE / 60
    played = sum(row.outcome == "played" for row in found)
    counts = {"played": played, "total": len(found), "minutes": heard}
    lines += ["", _("%(played)d of %(total)d items in full, %(minutes).1f minutes heard") % counts]
    return [*lines, "", "", _("Signed: ……………………………………")]


def _clock(moment: datetime.datetime | None, row: Row) -> str:
    return moment.astimezone(row.scheduled.tzinfo).strftime("%H:%M:%S") if moment else "–"
