"""Fetching what the centre has published, from a web server or a stick, into the station's own folder.

The tree at the other end is judged before anything of it is kept: metadata and manifests by their signatures, items
by their hashes. What sounds soonest comes first, items go on where a line was cut, the commit is written last. Then
the folder is as if the centre had pushed into it, and the inbox does the rest.
"""

import datetime
import hashlib
import http.client
import os
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from ..files import write_bytes
from ..i18n import _
from ..package import MAX_MANIFEST_BYTES, ItemRef, Manifest, item_path
from ..problem import RadioError
from ..trust import roles
from ..trust.client import folder_reader, look
from ..trust.memory import Memory
from ..trust.rules import Refused, judge

COMMIT = "metadata/timestamp.json"
BLOCK = 1 << 16
DAYS = range(-1, 4)
"""Which days around today are fetched."""

Source = Callable[[str, int], Iterator[bytes]]
"""The bytes of a file of the tree from an offset on. Raises FileNotFoundError, or another OSError."""


@dataclass(frozen=True)
class Fetched:
    """What one visit brought: files and bytes, days that are whole, and a reason for everything that is not."""

    files: int
    size: int
    days: tuple[datetime.date, ...]
    problems: tuple[str, ...]


def stick(folder: Path) -> Source:
    """A tree on a USB stick, or in any other folder."""
    read = folder_reader(folder)

    def source(path: str, offset: int) -> Iterator[bytes]:
        skipped = 0
        for block in read(path):
            start = min(max(offset - skipped, 0), len(block))
            skipped += len(block)
            if start < len(block):
                yield block[start:]

    return source


def web(address: str, timeout: float = 30, context: ssl.SSLContext | None = None) -> Source:
    """A tree behind a web address. Certificates are verified, redirects are not followed.

    ``timeout``: seconds that one answer of the other end may take. Raises `RadioError` for a bad address.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise RadioError(_('"%s" is no address of a depot; write https://…') % address)
    base = parts.path.rstrip("/")

    def source(path: str, offset: int) -> Iterator[bytes]:
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            checked = context or ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.netloc, timeout=timeout, context=checked)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
        try:
            headers = {"Range": f"bytes={offset}-"} if offset else {}
            connection.request("GET", f"{base}/{quote(path)}", headers=headers)
            yield from _body(connection.getresponse(), path, offset)
        except http.client.HTTPException as error:
            raise OSError(_("the depot's answer was cut short")) from error
        finally:
            connection.close()

    return source


def _body(answer: http.client.HTTPResponse, path: str, offset: int) -> Iterator[bytes]:
    if answer.status in (403, 404):
        raise FileNotFoundError(path)
    if answer.status not in ((200, 206) if offset else (200,)):
        raise OSError(_("the depot answers with status %d") % answer.status)
    skip = offset if answer.status == 200 else 0  # a server without ranges begins again
    while block := answer.read(BLOCK):
        if skip < len(block):
            yield block[skip:]
        skip = max(0, skip - len(block))


def fetch(source: Source, folder: Path, station: str, memory: Memory, now: datetime.datetime) -> Fetched:
    """Bring the station's folder up to what the tree at ``source`` holds for it.

    ``now`` must not lie before anything believed earlier (`radio.trust.rules.judged_at`). What cannot be had is
    told in the result. A day is put into force though an item of it is still missing: a correction must not wait
    for music, and the station plays the rest.
    """
    seen: dict[str, bytes] = {}

    def read(path: str) -> Iterator[bytes]:
        whole = b""
        for block in source(path, 0):
            whole += block
            yield block
        seen[path] = whole

    today = now.astimezone(datetime.UTC).date()
    paths = {roles.target_path(station, date): date for date in _dates(today)}
    view = look(memory, read, list(paths), now, MAX_MANIFEST_BYTES)
    problems = [view.refusal] if view.refusal else []
    problems += [f"{paths[path]}: {reason}" for path, reason in view.missing.items()]
    manifests = []
    for path, data in view.found.items():
        try:
            manifests.append(judge(data, station, paths[path], None))
        except Refused as error:
            problems.append(f"{paths[path]}: {error}")
    files = size = 0
    broken: set[str] = set()
    for item in _soonest_first(manifests, now):
        try:
            brought = _item(source, folder, item)
            files, size = files + (brought > 0), size + brought
        except OSError as error:
            broken.add(item.sha256)
            problems.append(f"{item.title}: {error.strerror or error}")
    if not view.refusal:
        seen |= {
            roles.target_file(station, paths[path], hashlib.sha256(data).hexdigest()): data
            for path, data in view.found.items()
        }
        for path in sorted(seen, key=lambda path: path == COMMIT):
            files, size = files + _keep(folder / path, seen[path]), size + len(seen[path])
    whole = (one.date for one in manifests if not broken & {item.sha256 for item in one.items})
    return Fetched(files, size, tuple(sorted(whole)), tuple(problems))


def _dates(today: datetime.date) -> list[datetime.date]:
    return [today + datetime.timedelta(days=number) for number in DAYS]


def _soonest_first(manifests: list[Manifest], now: datetime.datetime) -> list[ItemRef]:
    """Every item once, in the order in which it is needed; what is needed only for slots that are over goes last."""
    needed: dict[str, tuple[bool, datetime.datetime, ItemRef]] = {}
    for manifest in manifests:
        items = {item.sha256: item for item in manifest.items}
        for slot in manifest.slots:
            for cue in slot.cues:
                found = (slot.end <= now, slot.start, items[cue.item])
                known = needed.get(cue.item)
                if known is None or found[:2] < known[:2]:
                    needed[cue.item] = found
    return [one[2] for one in sorted(needed.values(), key=lambda one: (one[0], one[1], one[2].sha256))]


def _keep(path: Path, data: bytes) -> bool:
    """Write a small file durably unless it is there already; whether that was needed."""
    if path.is_file() and path.read_bytes() == data:
        return False
    write_bytes(path, data)
    return True


def _item(source: Source, folder: Path, item: ItemRef) -> int:
    """Bring one item, going on where it was cut off; the bytes that came. Raises OSError.

    A whole file of wrong bytes is not kept: it is brought again from its start at the next visit.
    """
    final = folder / item_path(item.sha256, item.codec)
    if final.is_file() and final.stat().st_size == item.length:
        return 0
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_name(f"{final.name}.part")
    have = part.stat().st_size if part.is_file() else 0
    if have > item.length:
        part.unlink()
        have = 0
    came = 0
    with part.open("ab") as file:
        if have < item.length:
            for block in source(item_path(item.sha256, item.codec), have):
                if have + came + len(block) > item.length:
                    came = item.length + 1
                    break
                file.write(block)
                came += len(block)
        file.flush()
        os.fsync(file.fileno())
    if have + came < item.length:
        raise OSError(_("it is not complete yet"))
    with part.open("rb") as file:
        wrong = hashlib.file_digest(file, "sha256").hexdigest() != item.sha256
    if wrong or have + came > item.length:
        part.unlink()
        raise OSError(_("it is damaged or cut short"))
    part.replace(final)
    return came
