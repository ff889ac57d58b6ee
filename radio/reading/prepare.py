"""Text as offices send it becomes text the rules can rely on, and every character remembers its place.

Composed Unicode, one kind of space, hyphen, dash and quote, ASCII digits and full-width forms folded;
zero-width, control and private-use characters gone. Nothing here costs more than linear time: clusters of
combining marks are bounded, because composing an endless one is not linear.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_COMBINING = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_GONE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_PRIVATE = r"\ue000-\uf8ff\U000f0000-\U0010fffd\ufffd"
_CAREFUL = re.compile(
    f"[{_COMBINING}{_GONE}{_PRIVATE}\u2103\u2109\u2113\u2150-\u218f\u2460-\u249b\u3300-\u33ff\u00bc-\u00be\ufb00-\ufb06]"
)
_CLUSTER = re.compile(f"[^{_COMBINING}][{_COMBINING}]*|[{_COMBINING}]+")
_DROPPED = re.compile(f"[{_GONE}]")
_PRIVATE_USE = re.compile(f"[{_PRIVATE}]")
_SLIP = re.compile(r"\d[lIoO]|(?<![^\W_])[lI]\d|(?<![^\W_])[oO]\s?(?:\d|h\d|giờ)")
_ONE_FOR_L = re.compile(
    r"(?<![^\W_])[lI](?=[\doO]\s?(?:h(?![^\W\d_])|giờ|/\d))|(?<=(?<!\d)\d)[lI](?=\s?(?:h(?![^\W\d_])|giờ))"
)
_ZERO_FOR_O = re.compile(
    r"(?<=\d)[oO](?=\s?(?:h(?![^\W\d_])|giờ|%|/\d|[.,]\d)|\d)"
    r"|(?<![^\W_])[oO](?=\s?giờ|h\d\d|\d{8,9}(?!\d)|\d{2,3}[ .]\d{3}[ .]\d{3}|[1-9]/\d)"
)
_DOUBLED = re.compile(r"(?<=\d)/{2,3}(?=\d)|(?<=[\dhđ%])[-–]{2,3}(?=\d)")
_LONGEST_CLUSTER = 6
BULLET = "•"
UNREADABLE = "\ufffd"


@dataclass(frozen=True)
class Prepared:
    """Clean ``text``; ``places[i]`` is where its character i stood, ``places[len(text)]`` the old length."""

    text: str
    places: Sequence[int]


@cache
def _one_to_one() -> dict[int, str]:
    """Characters that stand for exactly one other, whatever is around them."""
    table = {
        ord(c): " " for c in "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    }
    table |= {ord(c): " " for c in "\u202f\u205f\u3000"}
    table |= {ord(c): "\n" for c in "\u2028\u2029\u0085\x0b\x0c"}
    table |= {ord(c): "-" for c in "‐‑−﹣－⁃"}
    table |= {ord(c): "–" for c in "‒–—―─"}
    table |= {ord(c): '"' for c in "“”„‟«»″〝〞＂"}
    table |= {ord(c): "'" for c in "‘’‚‛′`´ʼ"}
    table |= {ord("º"): "°", ord("˚"): "°", ord("µ"): "μ", ord("×"): "x", ord("İ"): "I", ord("⁄"): "/"}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "－＂"}
    table |= {ord(c): "Đ" for c in "ÐƉ"}
    table |= {ord("ð"): "đ"}
    for code in range(0x660, sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Nd" and code not in table:
            table[code] = str(unicodedata.digit(chr(code)))
    return table


def _careful(text: str) -> Prepared:
    """The slow way, cluster by cluster, for text with characters that do not map one to one."""
    letters: list[str] = []
    places: list[int] = []
    line_start = True
    for match in _CLUSTER.finditer(text):
        cluster = match[0]
        if _DROPPED.match(cluster):
            continue
        if _PRIVATE_USE.match(cluster):
            cluster = BULLET if line_start else UNREADABLE
        elif len(cluster) > 1:
            cluster = unicodedata.normalize("NFC", cluster[:_LONGEST_CLUSTER])
            cluster = re.sub(f"[{_COMBINING}]", "", cluster)
        elif _CAREFUL.match(cluster):
            fraction = "\u00bc" <= cluster <= "\u00be" and letters and letters[-1][-1:].isdecimal()
            cluster = unicodedata.normalize("NFKC", cluster).replace("\u2044", "/")
            cluster = f" và {cluster}" if fraction else cluster
            cluster = re.sub(f"[{_COMBINING}]", "", cluster)
        letters.append(cluster)
        places.extend([match.start()] * len(cluster))
        line_start = cluster == "\n" or (line_start and cluster.isspace())
    places.append(len(text))
    return Prepared("".join(letters), places)


def _repair(text: str) -> str:
    """Slips of the keyboard put right, one character for one: "l0h", "O912…", "o giờ"; a doubled dash or slash
    between numbers loses its second sign."""
    if _SLIP.search(text):
        text = _ONE_FOR_L.sub("1", text)
        text = _ZERO_FOR_O.sub("0", text)
    return _DOUBLED.sub(lambda signs: signs[0][0] + "\u200b" * (len(signs[0]) - 1), text)


def prepare(text: str) -> Prepared:
    """``text`` cleaned, with the place of every character in the text as given."""
    text = _repair(text.translate(_one_to_one()))
    if _CAREFUL.search(text) is None:
        return Prepared(text, range(len(text) + 1))
    return _careful(text)
