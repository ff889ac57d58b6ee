"""What has arrived in the station's folder, and what of it is believed.

The folder is written by the centre (the commit last) and only read here. A manifest is believed when the centre
that this station trusts has signed it (`radio.trust.client`) and our own rules allow it (`radio.trust.rules`);
the store remembers both. Whatever is refused, the last good one stays.
"""

import datetime
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from ..i18n import _
from ..package import MAX_MANIFEST_BYTES, ItemRef, Manifest, item_path, remembered
from ..problem import os_reason
from ..trust import roles
from ..trust.memory import Memory
from ..trust.rules import Refused, judge, judged_at
from .store import Store

NEIGHBOURS = 2
"""Days before and after the UTC date that are looked at: enough for yesterday to tomorrow in any zone."""

AGAIN = datetime.timedelta(minutes=1)
"""What was refused is judged again after this time, though nothing has changed: the clock may have been set."""


def read_item(path: Path, length: int, sha256: str) -> bytes:
    """The bytes of an item, if they are exactly what the manifest names; else raises `Refused`."""
    try:
        with path.open("rb") as file:
            data = file.read(length + 1)
    except OSError as error:
        raise Refused(_("the audio file cannot be read: %(error)s") % {"error": os_reason(error)}) from error
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
        self._seen: object = None
        self._due: datetime.datetime | None = None
        self._told: set[str] = set()
        self._days: dict[datetime.date, Manifest] = {}
        self.zone: datetime.tzinfo = datetime.UTC

    def refresh(self, now: datetime.datetime) -> tuple[Manifest, ...]:
        """Look at the folder again; the manifests believed for the days around ``now``, oldest first."""
        today = now.astimezone(datetime.UTC).date()
        dates = [today + datetime.timedelta(days=day) for day in range(-NEIGHBOURS, NEIGHBOURS + 1)]
        self._days = {date: day for date, day in self._days.items() if date in dates}
        for date in dates:
            last = None if date in self._days else self._store.newest(date)
            if last and (manifest := remembered(last.data)):
                self._believe(manifest)
        memory = self._store.memory()
        seen = (today, memory.root if memory else b"", self._state())
        due = self._due is not None and not self._due - AGAIN <= now < self._due
        if seen != self._seen or due:
            self._seen, self._due = seen, None
            if memory is None:
                self._tell(_('this station trusts no centre yet: "radio station trust"'))
            else:
                self._look(memory, dates, now)
        return tuple(self._days[date] for date in dates if date in self._days)

    def _believe(self, manifest: Manifest) -> None:
        self._days[manifest.date] = manifest
        self.zone = ZoneInfo(manifest.timezone)

    def _state(self) -> list[tuple[str, int, int, int]]:
        """What tells whether anything has been written: name, inode, size and time of each small file."""
        return sorted(
            (path.name, status.st_ino, status.st_size, status.st_mtime_ns)
            for folder in (self._folder / "metadata", self._folder / "targets" / self._station)
            for path, status in _listed(folder)
        )

    def _look(self, memory: Memory, dates: list[datetime.date], now: datetime.datetime) -> None:
        from ..trust.client import (  # here: the player imports this module, not cryptography
            folder_reader,
            look,
        )

        paths = {roles.target_path(self._station, date): date for date in dates}
        moment = judged_at(now, self._store.floor())
        view = look(memory, folder_reader(self._folder), list(paths), moment, MAX_MANIFEST_BYTES)
        believed, refused = [], dict(view.missing)
        for path, data in view.found.items():
            last = self._store.newest(paths[path])
            try:
                manifest = judge(data, self._station, paths[path], last)
            except Refused as error:
                refused[path] = str(error)
                continue
            if last is None or manifest.sequence > last.sequence:
                believed.append((manifest, data))
        if believed or view.memory != memory:
            self._store.believe(view.memory, believed, now)
        for manifest, _data in believed:
            self._believe(manifest)
            self._say(
                _("the playlist of %(date)s is accepted: number %(sequence)d, %(slots)d slots")
                % {"date": manifest.date, "sequence": manifest.sequence, "slots": len(manifest.slots)}
            )
        for path, reason in refused.items():
            self._tell(
                _("the playlist of %(date)s is refused: %(error)s") % {"date": paths[path], "error": reason}
            )
        if view.refusal:
            self._tell(_("what lies in the folder is refused: %s") % view.refusal)
        if refused or view.refusal:
            self._due = now + AGAIN
        else:
            self._told.clear()

    def _tell(self, text: str) -> None:
        """Say a complaint once, until all is well again."""
        if text not in self._told:
            self._told.add(text)
            self._say(text)


def _listed(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        for path in folder.iterdir():
            yield path, path.lstat()
    except OSError:
        return
