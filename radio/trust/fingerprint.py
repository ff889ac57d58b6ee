"""A centre's fingerprint: what a person reads out and another compares before a station trusts it. Pure."""

import hashlib
import json
import re

from tuf.api.metadata import Metadata, Root

GROUPS, DIGITS = 8, 4
"""32 hexadecimal digits: finding another set of keys with the same ones takes 2^128 tries."""


def fingerprint(root: bytes) -> str:
    """The fingerprint of signed root metadata: eight groups of four hexadecimal digits.

    It stands for the public root keys and how many of them must sign, so it changes only when one of these does.
    The keys themselves are hashed: an id in the metadata is only a name, which anybody may give to another key.
    Raises `tuf.api.exceptions.RepositoryError` for bytes that are no root metadata.
    """
    signed = Metadata[Root].from_bytes(root).signed
    role = signed.roles[Root.type]
    keys = sorted(json.dumps(signed.get_key(one).to_dict(), sort_keys=True) for one in role.keyids)
    text = json.dumps({"keys": keys, "threshold": role.threshold}, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return " ".join(digest[place : place + DIGITS] for place in range(0, GROUPS * DIGITS, DIGITS))


def same(one: str, other: str) -> bool:
    """Whether two fingerprints agree, however they were grouped or typed. Less than all digits is no agreement."""
    plain = [re.sub(r"[\s:.-]", "", text).lower() for text in (one, other)]
    return plain[0] == plain[1] and re.fullmatch(rf"[0-9a-f]{{{GROUPS * DIGITS}}}", plain[0]) is not None
