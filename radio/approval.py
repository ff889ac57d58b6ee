"""Who approved which content. Pure: any change of what would be said, where or when voids an approval.

Own content airs only after the leadership has approved it (Decree 49/2024/NĐ-CP and provincial rules), so the
default is *not approved*. The approval in the script's front matter is the fact; the database only audits it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Literal

from .script import Approval, Bulletin, Insert, Paragraph, Pause, fences
from .spoken import Recorded, Spoken

Standing = Literal["approved", "unapproved", "changed"]


def content_hash(
    bulletin: Bulletin,
    spoken: Spoken,
    recordings: Mapping[str, str],
    original: Bulletin | None = None,
    spoken_title: str = "",
) -> str:
    """SHA-256 of what is said, where and when: the hash that an approval names.

    It covers the effective front matter, how the title is said, the spoken text with its pauses and speakers,
    and the bytes of ``recordings`` (file name → their SHA-256, "" for a missing one), with the person who
    vouches for one that says the whole bulletin. It leaves out the voice, the bed and the author, who may
    change without changing what is heard. Spoken text stands for the body: if today's reading differs from the
    approved one, the hash differs. A translation's hash also covers the words of its ``original``: it is void
    when they change.
    """
    front: dict[str, object] = {
        "title": bulletin.title,
        "section": bulletin.section,
        "genre": bulletin.genre,
        "source": bulletin.source,
        "level": bulletin.level,
        "language": bulletin.language,
        "from": str(bulletin.valid_from),
        "until": str(bulletin.valid_until),
        "times": bulletin.times,
        "stations": sorted(bulletin.stations),
        "sms": bulletin.sms,
    }
    rare = {
        "clusters": (sorted(bulletin.clusters), []),
        "readings": (bulletin.readings, 1),
        "origin": (bulletin.origin, "own"),
        "corrects": (bulletin.corrects, ""),
        "same_day": (bulletin.same_day, False),
    }
    if spoken_title:
        front["spoken_title"] = spoken_title
    front |= {key: value for key, (value, usual) in rare.items() if value != usual}
    said: list[object] = []
    for part in spoken:
        if isinstance(part, Insert):
            said.append(["audio", part.file, recordings.get(part.file, "")])
        elif isinstance(part, Recorded):
            said.append(["recorded", part.file, recordings.get(part.file, ""), part.read_by])
        elif isinstance(part, Pause):
            said.append(["pause", part.ms])
        else:
            said.append(["say", part.speaker, part.text, part.utterance.pause])
    tree: dict[str, object] = {"front": front, "said": said, "body": _words(bulletin)}
    if bulletin.translation_of:
        told = [original.title, *_words(original)] if original else []
        tree["translation"] = [bulletin.translation_of, told]
    return hashlib.sha256(json.dumps(tree, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _words(bulletin: Bulletin) -> list[str]:
    return [part.text for part in bulletin.parts if isinstance(part, Paragraph)]


def standing(bulletin: Bulletin, content: str) -> Standing:
    """Whether ``bulletin``, whose content hash is ``content``, may air."""
    if bulletin.approval is None:
        return "unapproved"
    return "approved" if bulletin.approval.sha256 == content else "changed"


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_HEADER = re.compile(r"\s*\[")
_OURS = re.compile(r"\s*\[\s*approval\s*\]|\s*approval\s*[=.]")


def with_approval(text: str, approval: Approval | None) -> str:
    """The script's text with its approval set to ``approval``, or removed for None; the rest stays as it is.

    ``text`` must have its two ``+++`` lines. The caller reads the result again before it counts: what a person
    wrote by hand may be stranger than this expects.
    """
    lines = _LINE.findall(text)
    found = fences(lines)
    if found is None:
        raise ValueError("no front matter")
    first, last = found
    newline = "\r\n" if lines[first].endswith("\r\n") else "\r" if lines[first].endswith("\r") else "\n"
    front: list[str] = []
    inside = False
    for line in lines[first + 1 : last]:
        if _OURS.match(line):
            inside = _HEADER.match(line) is not None
        elif inside and not _HEADER.match(line):
            continue
        else:
            inside = False
            front.append(line)
    while front and not front[-1].strip():
        front.pop()
    if approval:
        rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in vars(approval).items()]
        front += [row + newline for row in ("", "[approval]", *rows)]
    return "".join([*lines[: first + 1], *front, *lines[last:]])
