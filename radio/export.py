"""A station's built day for other players: M3U8, XSPF, JSON, a printable sheet. Pure.

Item files are those of the house, named by their hash; titles, times and reasons stand beside them.
"""

import datetime
import html
import json
from collections.abc import Callable
from xml.etree import ElementTree

from .i18n import _
from .package import RATE, Cue, ItemRef, Manifest, Slot, to_tree

XSPF = "http://xspf.org/ns/0/"

Locate = Callable[[ItemRef], str]
"""An item → where its file is, as a player opens it."""


def name_of(manifest: Manifest, slot: Slot, extension: str) -> str:
    """A file name that sorts by time and that a person understands: ``2026-11-24 0530 sang.m3u8``."""
    return f"{manifest.date} {slot.start:%H%M} {slot.id}.{extension}"


def starts_at(slot: Slot, cue: Cue) -> datetime.datetime:
    """When a cue is heard if its slot starts on time."""
    return slot.start + datetime.timedelta(seconds=cue.start / RATE)


def m3u8(manifest: Manifest, slot: Slot, locate: Locate) -> str:
    """One slot as an extended M3U playlist in UTF-8; ``#EXT-X-…`` keys of streaming are not used."""
    lines = ["#EXTM3U", f"#PLAYLIST:{manifest.station_name}, {slot.start:%d/%m/%Y %H:%M}, {slot.id}"]
    for cue in slot.cues:
        item = manifest.item(cue.item)
        lines.append(
            f"#EXTINF:{round(item.samples / RATE)},{starts_at(slot, cue):%H:%M:%S} {_line(cue.title)}"
        )
        lines.append(locate(item))
    return "\n".join(lines) + "\n"


def xspf(manifest: Manifest, slot: Slot, locate: Locate) -> bytes:
    """One slot as XSPF (xspf.org, version 1): durations in milliseconds."""
    ElementTree.register_namespace("", XSPF)
    root = ElementTree.Element(f"{{{XSPF}}}playlist", version="1")

    def add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
        element = ElementTree.SubElement(parent, f"{{{XSPF}}}{name}")
        element.text = text or None
        return element

    add(root, "title", f"{manifest.station_name}, {slot.start:%d/%m/%Y %H:%M}")
    add(root, "date", slot.start.isoformat())
    tracks = add(root, "trackList")
    for cue in slot.cues:
        track = add(tracks, "track")
        add(track, "location", locate(manifest.item(cue.item)))
        add(track, "identifier", f"urn:sha256:{cue.item}")
        add(track, "title", cue.title)
        add(track, "annotation", f"{starts_at(slot, cue):%H:%M:%S} {cue.kind} {cue.reason}".strip())
        add(track, "duration", str(round(manifest.item(cue.item).samples * 1000 / RATE)))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def json_day(manifest: Manifest) -> str:
    """The whole day with everything its manifest knows, and for each cue its time of day and length in seconds."""
    tree = to_tree(manifest)
    for slot, row in zip(manifest.slots, tree["slots"], strict=True):
        for cue, one in zip(slot.cues, row["cues"], strict=True):
            one["at"] = starts_at(slot, cue).isoformat()
            one["seconds"] = round(manifest.item(cue.item).samples / RATE, 3)
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


_STYLE = (
    "body{font:12pt serif;margin:2cm}table{border-collapse:collapse;width:100%;margin-bottom:1em}"
    "td,th{border:1px solid #888;padding:2pt 6pt;text-align:left;vertical-align:top}"
    "h2{margin-bottom:0;page-break-after:avoid}tr{page-break-inside:avoid}.signs{margin-top:2em}"
)


def sheet(manifest: Manifest) -> str:
    """The day as a page to print and hang beside the amplifier, with room to sign. Self-contained HTML."""
    lost = html.escape
    title = _("%(station)s: programme of %(date)s") % {
        "station": manifest.station_name,
        "date": manifest.date.strftime("%d/%m/%Y"),
    }
    parts = [f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{lost(title)}</title>']
    parts.append(f"<style>{_STYLE}</style><h1>{lost(title)}</h1>")
    for slot in manifest.slots:
        minutes, seconds = divmod(round(slot.length / RATE), 60)
        heading = f"{slot.start:%H:%M:%S} – {slot.end:%H:%M:%S} ({minutes}:{seconds:02d})"
        parts.append(f"<h2>{lost(heading)}</h2><p>{lost(name_of(manifest, slot, 'mp3'))}</p><table>")
        columns = "".join(f"<th>{lost(name)}</th>" for name in (_("At"), _("Length"), _("What"), _("Why")))
        parts.append(f"<tr>{columns}</tr>")
        for cue in slot.cues:
            length = round(manifest.item(cue.item).samples / RATE)
            cells = (
                f"{starts_at(slot, cue):%H:%M:%S}", f"{length // 60}:{length % 60:02d}", cue.title, cue.reason
            )  # fmt: skip
            parts.append("<tr>" + "".join(f"<td>{lost(cell)}</td>" for cell in cells) + "</tr>")
        parts.append("</table>")
    parts.append(f'<p class="signs">{lost(_("Played by, at, signature:"))} ______________________</p></html>')
    return "\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())
