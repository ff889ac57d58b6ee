"""Numbers in words, by the standard northern reading.

Ones after a ten are "mốt, tư, lăm"; an empty tens place is said ("linh"), an empty hundreds place too once a
higher group was said; every group of a large number is named.
"""

import re

from .model import Settings

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
BILLION = 1_000_000_000
LONGEST_CARDINAL = 15  # digits; a longer string is a code, said digit by digit

GROUPED = (
    r"\d{1,3}(?: ?\.\d{3}){1,6}(?![\d])|[1-9]\d{0,2}(?: \d{3}){1,4}(?![\d])|\d{1,3}(?:,\d{3}){2,6}(?!\d)"
)
NUMBER = rf"(?:(?:{GROUPED})(?:[,.]\d{{1,6}})?|\d{{1,40}}(?:[.,]\d{{1,10}})?)(?!\d)"
"""A number as offices write it; not anchored on the left."""


def digit_by_digit(digits: str) -> str:
    """Each digit by name: "114" is "một một bốn". Anything but a digit is left out."""
    return " ".join(DIGITS[int(d)] for d in digits if d.isdecimal())


def _tens(n: int) -> str:
    tens, ones = divmod(n, 10)
    if tens == 1:
        return "mười" + {0: "", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")
    head = f"{DIGITS[tens]} mươi"
    return head + {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")


def _group(n: int, full: bool, settings: Settings) -> str:
    """0 < n < 1000; ``full`` says the hundreds even when there are none."""
    hundreds, rest = divmod(n, 100)
    words = [f"{DIGITS[hundreds]} trăm"] if hundreds or full else []
    if 0 < rest < 10:
        words += [settings.zero_tens, DIGITS[rest]] if words else [DIGITS[rest]]
    elif rest:
        words.append(_tens(rest))
    return " ".join(words)


def cardinal(n: int, settings: Settings, full: bool = False) -> str:
    """``n`` in words, from zero up; ``full`` when higher groups were said before it."""
    if n < 0:
        raise ValueError("a cardinal is not negative")
    if n == 0:
        return DIGITS[0]
    high, rest = divmod(n, BILLION)
    words = [cardinal(high, settings, full), "tỷ"] if high else []
    for size, name in ((1_000_000, "triệu"), (1000, settings.thousand), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words += [_group(group, full or bool(words), settings), name]
    return " ".join(word for word in words if word)


def _decimals(digits: str, settings: Settings) -> str:
    """What follows "phẩy": up to three digits as a number, with a leading zero or longer digit by digit."""
    if digits.startswith("0") or len(digits) > 3:
        return digit_by_digit(digits)
    return cardinal(int(digits), settings)


def whole(digits: str, settings: Settings) -> str:
    """A string of digits without marks: a quantity, or a code where only a code can be meant."""
    if len(digits) > LONGEST_CARDINAL or (len(digits) > 2 and digits.startswith("0")):
        return digit_by_digit(digits)
    return cardinal(int(digits), settings)


def _split(written: str) -> tuple[str, str, str]:
    """(whole part without marks, decimal mark, decimals) of a written number."""
    spaced = written.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", spaced):
        head, _, tail = spaced.partition(".")
        return head.replace(",", ""), ".", tail
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", spaced) or (" " in written and "." not in written):
        head, _, tail = spaced.partition(",")
        return head.replace(".", ""), ",", tail
    for mark in ",.":
        if mark in spaced:
            head, _, tail = spaced.rpartition(mark)
            return re.sub(r"\D", "", head), mark, tail
    return spaced, "", ""


def value(written: str) -> float:
    """The value of a written number, for comparing two of them."""
    head, _, tail = _split(written)
    return float(f"{int(head or 0)}.{tail or 0}")


def say(written: str, settings: Settings, point: str = "phẩy") -> str:
    """A number as written, in words: marks that group thousands are silent, the decimal mark is ``point``.

    >>> say("1.250.000", Settings())
    'một triệu hai trăm năm mươi nghìn'
    >>> say("8,05", Settings())
    'tám phẩy không năm'
    """
    head, _, tail = _split(written)
    words = whole(head, settings)
    return f"{words} {point} {_decimals(tail, settings)}" if tail else words


def is_odd(written: str) -> bool:
    """True where the marks can be understood in two ways: "1.5", "1,250", "1,234.5"."""
    if re.fullmatch(r"\d+\.\d{1,2}|\d+\.\d{4,}|[1-9]\d{0,2},\d{3}", written):
        return True
    return "," in written and "." in written and written.index(",") < written.index(".")


def thousands_by_comma(written: str) -> str | None:
    """ "25,500" with the comma taken as a mark of thousands; None where that is not possible."""
    return written.replace(",", ".") if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", written) else None
