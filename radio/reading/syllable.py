"""Is this a Vietnamese syllable? Decided by the spelling rules: an onset, a rime, one tone mark.

Used to tell words in capitals ("KẾ HOẠCH", "VI PHẠM") from acronyms, and foreign words from Vietnamese.
"""

import unicodedata
from functools import lru_cache

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

_ONSETS = (
    "ngh ch gh gi kh ng nh ph qu th tr b c d đ g h k l m n p r s t v x"  # longest first
).split()

_RIMES = set(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "am",
        "an",
        "ang",
        "anh",
        "ao",
        "ap",
        "at",
        "au",
        "ay",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "âc",
        "âm",
        "ân",
        "âng",
        "âp",
        "ât",
        "âu",
        "ây",
        "e",
        "ec",
        "em",
        "en",
        "eng",
        "eo",
        "ep",
        "et",
        "ê",
        "êch",
        "êm",
        "ên",
        "ênh",
        "êng",
        "êp",
        "êt",
        "êu",
        "ia",
        "iêc",
        "iêm",
        "iên",
        "iêng",
        "iêp",
        "iêt",
        "iêu",
        "i",
        "ich",
        "im",
        "in",
        "inh",
        "ip",
        "it",
        "iu",
        "o",
        "oa",
        "oac",
        "oach",
        "oai",
        "oam",
        "oan",
        "oang",
        "oanh",
        "oao",
        "oap",
        "oat",
        "oay",
        "oăc",
        "oăm",
        "oăn",
        "oăng",
        "oăt",
        "oc",
        "oe",
        "oen",
        "oeo",
        "oet",
        "oi",
        "om",
        "on",
        "ong",
        "ooc",
        "oong",
        "op",
        "ot",
        "ô",
        "ôc",
        "ôi",
        "ôm",
        "ôn",
        "ông",
        "ôp",
        "ôt",
        "ôông",
        "ơ",
        "ơi",
        "ơm",
        "ơn",
        "ơng",
        "ơp",
        "ơt",
        "u",
        "ua",
        "uân",
        "uâng",
        "uât",
        "uây",
        "uc",
        "uê",
        "uêch",
        "uênh",
        "uên",
        "uêt",
        "ui",
        "um",
        "un",
        "ung",
        "uơ",
        "uôc",
        "uôi",
        "uôm",
        "uôn",
        "uông",
        "uôt",
        "up",
        "ut",
        "uy",
        "uya",
        "uych",
        "uyên",
        "uyêt",
        "uynh",
        "uyt",
        "uyn",
        "uyu",
        "uyp",
        "ư",
        "ưa",
        "ưc",
        "ưi",
        "ưm",
        "ưn",
        "ưng",
        "ươc",
        "ươi",
        "ươm",
        "ươn",
        "ương",
        "ươp",
        "ươt",
        "ươu",
        "ưt",
        "ưu",
        "y",
        "yêm",
        "yên",
        "yêng",
        "yêt",
        "yêu",
        "yn",
    ]
)

# after "qu" the rime is written without its glide
_AFTER_QU = set(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "an",
        "ang",
        "anh",
        "ao",
        "ap",
        "at",
        "au",
        "ay",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "âc",
        "ân",
        "âng",
        "ât",
        "ây",
        "e",
        "em",
        "en",
        "eo",
        "et",
        "ê",
        "êch",
        "ên",
        "ênh",
        "êt",
        "êu",
        "i",
        "ich",
        "in",
        "it",
        "o",
        "ơ",
        "y",
        "ych",
        "yên",
        "yêt",
        "ynh",
        "yt",
        "yp",
        "yêu",
    ]
)
_AFTER_GI = _RIMES | {"êng", "êt", "êc", "êm", "ên", "êp", "êu"}
_FRONT = "eêiy"


def toneless(word: str) -> tuple[str, int]:
    """The lower-case word without tone marks (the marks of ă â ê ô ơ ư stay), and how many there were."""
    parts = unicodedata.normalize("NFD", word.lower())
    marks = sum(part in _TONES for part in parts)
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES)), marks


def _fits(onset: str, rime: str) -> bool:
    if onset == "qu":
        return rime in _AFTER_QU
    if onset == "gi":
        return rime in _AFTER_GI
    if rime not in _RIMES:
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
    if plain in _RIMES or plain in ("gi", "qu"):
        return True
    return any(plain.startswith(onset) and _fits(onset, plain[len(onset) :]) for onset in _ONSETS)


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
