"""Who may sign what, for how long, and under which names. Pure, standard library only.

======== ============================ ===================== ==============================
role     signed by                    holds                 key
======== ============================ ===================== ==============================
root     2 of 3 root keys             the keys of all       kept away from the network
targets  2 of 3 root keys             who is the centre     kept away from the network
centre   the centre's key             which bin a station   opened by whoever signs the day
                                      belongs to
days-…   the centre's key             manifests by hash     opened by whoever signs the day
snapshot the online key               versions of all       on the machine that pushes
timestamp the online key              the newest snapshot   on the machine that pushes
======== ============================ ===================== ==============================

The stations of a house are spread over bins, so that a day changes small files only.
"""

import datetime
import hashlib
import math
import re

ROOT_KEYS = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
CENTRE = "centre"
CUT_IN = "cut-in"
ONLINE = "online"
KEYS = (*ROOT_KEYS, CENTRE, CUT_IN, ONLINE)
"""Every key of a house, by the name of its file."""

CENTRE_PATHS = ("*/*.json",)
CUT_IN_PATHS = ("_cut-in/*.json",)
"""No station's id begins with an underscore, so a cut-in never stands where a day does."""

ROOT_LASTS = datetime.timedelta(days=10 * 365)
CENTRE_LASTS = datetime.timedelta(days=365)
DAYS_LAST = datetime.timedelta(days=14)
TIMESTAMP_LASTS = datetime.timedelta(days=2)
"""Beyond the last day that is announced: how long a thief of the link can hold back anything newer."""

RENEW_CENTRE = datetime.timedelta(days=180)
RENEW_DAYS = datetime.timedelta(days=7)
"""Signed again, though nothing changed, once less than this is left."""


def bins(stations: int) -> int:
    """How many bins keep a daily update small: a power of two near the square root of 7.5 times the stations.

    A station fetches the snapshot (60 bytes a bin) and its own bin (450 bytes a station for three days).
    """
    return 1 << max(0, math.floor(math.log2(math.sqrt(7.5 * max(stations, 1)))))


def days_role(station: str, count: int) -> str:
    """The role, of ``count`` bins, that signs the manifests of ``station``."""
    return f"days-{int.from_bytes(hashlib.sha256(station.encode()).digest()[:4], 'big') % count:03d}"


def target_path(station: str, date: datetime.date) -> str:
    """The name under which a manifest is signed."""
    return f"{station}/{date.isoformat()}.json"


def target_file(station: str, date: datetime.date, sha256: str) -> str:
    """The place of a manifest of that hash inside the tree."""
    return f"targets/{station}/{sha256}.{date.isoformat()}.json"


def date_of(path: str) -> datetime.date:
    """The date in a manifest's signed name; ValueError if it is none."""
    match = re.fullmatch(r"[a-z0-9-]+/(\d{4}-\d{2}-\d{2})\.json", path)
    if not match:
        raise ValueError(path)
    return datetime.date.fromisoformat(match[1])


def numbered(previous: int, now: datetime.datetime) -> int:
    """The version or sequence after ``previous``: the moment in UTC as digits, so that it never goes back.

    Not even when the centre was restored from an old backup and has forgotten what it gave out.
    """
    return max(previous + 1, int(now.astimezone(datetime.UTC).strftime("%Y%m%d%H%M%S")))
