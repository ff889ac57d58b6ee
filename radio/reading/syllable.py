"""Is this a Vietnamese syllable? Decided by the spelling rules: an onset, a rime, one tone mark.

Used to tell words in capitals ("KẾ HOẠCH", "VI PHẠM") from acronyms, and foreign words from Vietnamese.
"""

import unicodedata
from functools import cache, lru_cache

from .tables import groups

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

_FRONT = "eêiy"


@cache
def _spelling() -> dict[str, frozenset[str]]:
    return groups("syllable")


@cache
def _onsets() -> tuple[str, ...]:
    return tuple(sorted(_spelling()["onset"], key=len, reverse=True))


def toneless(word: str) -> tuple[str, int]:
    """The lower-case word without tone marks (the marks of ă â ê ô ơ ư stay), and how many there were."""
    parts = unicodedata.normalize("NFD", word.lower())
    marks = sum(part in _TONES for part in parts)
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES)), marks


def _fits(onset: str, rime: str) -> bool:
    if onset == "qu":
        return rime in _spelling()["after qu"]
    if onset == "gi":
        return rime in _spelling()["rime"] or rime in _spelling()["after gi"]
    if rime not in _spelling()["rime"]:
        return False
    front = rime[0] in _FRONT
    if onset in ("k", "gh", "ngh"):
        return front
    if onset in ("c", "g", "ng"):
        return not front or (onset == "g" and rime[0] == "i")
    return onset != "" or not rime.startswith("ư") or len(rime) <= 4


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """True when ``word`` (any case, composed) is spelled as a Vietnamese syllable can be."""
    if len(word) > 7:
        return False
    plain, marks = toneless(word)
    if marks > 1:
        return False
    if plain in _spelling()["rime"] or plain in ("gi", "qu"):
        return True
    return any(plain.startswith(onset) and _fits(onset, plain[len(onset) :]) for onset in _onsets())


@lru_cache(maxsize=5_000)
def is_pronounceable(word: str) -> bool:
    """True when ``word`` can be cut into Vietnamese syllables ("samsung", "caobang"): it can be said as a word."""
    if len(word) > 30:
        return False
    lower = word.lower()
    reach = {0}
    for start in range(len(lower)):
        if start in reach:
            reach |= {
                end
                for end in range(start + 1, min(start + 7, len(lower)) + 1)
                if is_syllable(lower[start:end])
            }
    return len(lower) in reach
