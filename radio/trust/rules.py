"""What a station may believe: our own rules over what the centre has signed. Pure, standard library only.

Signatures say who wrote something (`client`); these rules say whether this station may use it: its name, its date,
its number, its time zone, and the earliest moment that it can be. Bytes, what was accepted before and the time go
in; the manifest, or `Refused` with a reason, comes out. Whether a slot may sound *now* is asked again when it is
played (`radio.package.window_refusal`).
"""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ..i18n import _
from ..package import BadManifest, Manifest, parse

CLOCK_SLACK = datetime.timedelta(days=2)
"""A signed time may be this far ahead of a right clock: zones, and a centre whose clock is wrong."""
LONGEST = datetime.timedelta(days=3)
"""A manifest is for one day; a slot past midnight and a change of zone leave room for no more than this."""


class Refused(Exception):
    """Something must not be used; the text says why."""


@dataclass(frozen=True)
class Accepted:
    """What a station believed last for a date: the sequence and the bytes of the manifest."""

    sequence: int
    data: bytes


def judge(data: bytes, station: str, date: datetime.date, last: Accepted | None) -> Manifest:
    """The manifest in ``data``, if ``station`` may take it for ``date``; else raises `Refused`.

    The same bytes again are fine. A smaller number, or the same one with other bytes, is a replay or a mistake.
    """
    try:
        manifest = parse(data)
        ZoneInfo(manifest.timezone)
    except BadManifest as error:
        raise Refused(str(error)) from error
    except (KeyError, ValueError, OSError) as error:
        raise Refused(_("its time zone %(zone)s is unknown") % {"zone": manifest.timezone}) from error
    if manifest.station != station:
        raise Refused(
            _("it is for station %(other)s, not for %(own)s") % {"other": manifest.station, "own": station}
        )
    if manifest.date != date:
        raise Refused(_("it is for %(other)s, not for %(own)s") % {"other": manifest.date, "own": date})
    if not datetime.timedelta() < manifest.not_after - manifest.not_before <= LONGEST:
        raise Refused(_("it claims to be valid for longer than a day"))
    if last and manifest.sequence < last.sequence:
        raise Refused(_("it is older than what was accepted before"))
    if last and manifest.sequence == last.sequence and data != last.data:
        raise Refused(_("it differs from what was accepted under the same number"))
    return manifest


def clock_floor(issued: datetime.datetime, floor: datetime.datetime | None) -> datetime.datetime:
    """The earliest moment that it can be, now that something signed at ``issued`` has been believed."""
    known = issued - CLOCK_SLACK
    return max(known, floor) if floor else known


def judged_at(now: datetime.datetime, floor: datetime.datetime | None) -> datetime.datetime:
    """The moment to judge expiry at: never before the floor, however wrong the clock is."""
    return max(now, floor) if floor else now
