"""What has arrived in the station's folder, and what of it is believed.

The folder is written by the centre (items first, the manifest last) and only read here. A manifest is
believed when `radio.package` finds it whole and meant for this station and date, and nothing newer was
believed before; the store remembers. Whatever is refused, the last good one stays.
"""

import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from ..i18n import _
from ..package import (
    MAX_MANIFEST_BYTES,
    BadManifest,
    ItemRef,
    Manifest,
    item_path,
    manifest_path,
    parse,
    refusal,
)
from .store import Store

NEIGHBOURS = 2
"""Days before and after the UTC date that are looked at: enough for yesterday to tomorrow in any zone."""


class Refused(Exception):
    """Something in the folder must not be used; the text says why."""


def judge(data: bytes, station: str, date: datetime.date, last: tuple[int, bytes] | None) -> Manifest:
    """The manifest in ``data``, if ``station`` may take it for ``date``; else raises `Refused`.

    ``last`` is what was accepted before for that date: its sequence and bytes.
    """
    try:
        manifest = parse(data)
    except BadManifest as error:
        raise Refused(str(error)) from error
    try:
        ZoneInfo(manifest.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise Refused(_("its time zone %(zone)s is unknown") % {"zone": manifest.timezone}) from error
    if reason := refusal(manifest, station, date, last[0] if last else 0):
        raise Refused(reason)
    if last and manifest.sequence == last[0] and data != last[1]:
        raise Refused(_("it differs from what was accepted under the same number"))
    return manifest


def read_item(path: Path, length: int, sha256: str) -> bytes:
    """The bytes of an item, if they are exactly what the manifest names; else raises `Refused`."""
    try:
        with path.open("rb") as file:
            data = file.read(length + 1)
    except OSError as error:
        raise Refused(_("the audio file cannot be read: %(error)s") % {"error": error.strerror}) from error
    if len(data) != length or hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(_("the audio file is damaged"))
    return data


def place(folder: Path, item: ItemRef) -> Path:
    """Where an item's file lies in the station's folder."""
    return folder / item_path(item.sha256, item.codec)


class Inbox:
    """The believed manifests around today; ``say`` gets a line for each one accepted or refused.

    ``zone`` is the time zone of the one believed last.
    """

    def __init__(self, folder: Path, station: str, store: Store, say: Callable[[str], None]) -> None:
        self._folder, self._station, self._store, self._say = folder, station, store, say
        self._seen: dict[datetime.date, tuple[int, int, int]] = {}
        self._days: dict[datetime.date, Manifest] = {}
        self.zone: datetime.tzinfo = datetime.UTC

    def refresh(self, now: datetime.datetime) -> tuple[Manifest, ...]:
        """Look at the folder again; the manifests believed for the days around ``now``, oldest first."""
        today = now.astimezone(datetime.UTC).date()
        dates = [today + datetime.timedelta(days=day) for day in range(-NEIGHBOURS, NEIGHBOURS + 1)]
        self._days = {date: day for date, day in self._days.items() if date in dates}
        self._seen = {date: seen for date, seen in self._seen.items() if date in dates}
        for date in dates:
            self._recall(date)
            self._look(date, now)
        return tuple(self._days[date] for date in dates if date in self._days)

    def _believe(self, manifest: Manifest) -> None:
        self._days[manifest.date] = manifest
        self.zone = ZoneInfo(manifest.timezone)

    def _recall(self, date: datetime.date) -> None:
        """Believe again what was believed before a restart, without its file."""
        if date in self._days or date in self._seen:
            return
        if last := self._store.newest(date):
            self._believe(parse(last[1]))

    def _look(self, date: datetime.date, now: datetime.datetime) -> None:
        path = self._folder / manifest_path(self._station, date)
        try:
            status = path.stat()
            seen = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._seen.get(date) == seen:
                return
            with path.open("rb") as file:
                data = file.read(MAX_MANIFEST_BYTES + 1)
        except OSError as error:
            seen = (-(error.errno or 0), 0, 0)
            if not isinstance(error, FileNotFoundError) and self._seen.get(date) != seen:
                self._say(_("the playlist of %(date)s cannot be read: %(error)s") % _named(date, error))
            self._seen[date] = seen
            return
        self._seen[date] = seen
        last = self._store.newest(date)
        try:
            manifest = judge(data, self._station, date, last)
        except Refused as error:
            self._say(_("the playlist of %(date)s is refused: %(error)s") % _named(date, error))
            return
        if last is None or manifest.sequence > last[0]:
            self._store.accept(date, manifest.sequence, data, now)
            self._believe(manifest)
            self._say(
                _("the playlist of %(date)s is accepted: number %(sequence)d, %(slots)d slots; not signed, from a"
                  " demonstration house")
                % {"date": date, "sequence": manifest.sequence, "slots": len(manifest.slots)}
            )  # fmt: skip


def _named(date: datetime.date, error: Exception) -> dict[str, object]:
    text = error.strerror if isinstance(error, OSError) else error
    return {"date": date, "error": text}
