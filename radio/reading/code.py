"""Codes of letters and digits: classes (9A1), roads (QL.4A, ĐT.203), kilometre posts, viruses, versions, rooms."""

import re
from functools import cache

from . import notes
from .acronym import without_repetition
from .line import Hit, Line
from .number import cardinal, digit_by_digit, say, whole
from .tables import load

_ROADS = {
    "QL": "quốc lộ",
    "TL": "tỉnh lộ",
    "ĐT": "đường tỉnh",
    "DT": "đường tỉnh",
    "HL": "hương lộ",
    "ĐH": "đường huyện",
    "ĐX": "đường xã",
    "CT": "cao tốc",
}
_ROAD = re.compile(r"(QL|TL|ĐT|DT|HL|ĐH|ĐX|CT)\s?[.\-]?\s?(\d{1,3})([A-Z]?)(?![\w/]|[.,]\d)")
_POST = re.compile(r"(?<!/)(?:K[Mm]\s?(\d{1,4})|[Kk][Mm]\s?(\d{1,4})(?=\s?\+))\s?(?:\+\s?(\d{1,4}))?(?!\d)")
_ALERT = re.compile(r"BĐ\s?\.?\s?(\d|I{1,3})(?!\w)")
_MIXED = re.compile(
    r"(?=[A-ZĐa-zđ]{0,6}\d)[A-ZĐ]{1,4}\d{1,4}(?:[A-ZĐ]{1,3}\d{0,3})?(?:\.\d{1,3}){0,2}(?![^\W_]|\.\d)"
)
_CLASS = re.compile(r"\d{1,4}[A-ZĐ]{1,2}\d{0,2}(?:(?<=\d)\.\d{1,2}(?!\d))?(?![^\W_])")
_SMALL = re.compile(r"\d{1,3}[a-eđ](?![^\W_])")
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,3}(?![\d,]|\.\d)")
_SERIAL = re.compile(r"[A-ZĐ]{1,4}(?:[-–]?|\s(?=\d{5}))\d{2,12}(?:[-–.]\d{1,8}){0,3}(?![^\W_])")
_SERIAL_NUMBER = re.compile(r"[A-ZĐ]{1,4}\s?\d{5,12}(?![^\W_])")
_QUARTER = re.compile(r"Q\.?([1-4])(?:\s?[/.\-]\s?((?:19|20)\d\d))?(?![\w])")
_VIRUS = re.compile(r"([ABC])\s?[/(]\s?(H\d{1,2}N\d{1,2})(?!\w)\)?")


@cache
def _listed() -> re.Pattern[str]:
    forms = sorted(load().code, key=len, reverse=True)
    return re.compile("|".join(re.escape(form) + _end_of(form) for form in forms))


def _end_of(form: str) -> str:
    """What may not follow: letters and digits; digits may follow a form that no letters-and-digits code can be."""
    return r"(?![^\W\d_])" if form.isalpha() or not form[-1].isalnum() or form[-1] == "₂" else r"(?![^\W_])"


def letters_and_digits(line: Line, written: str) -> str:
    """Letters by name, digits as a number up to three, longer ones and leading zeros digit by digit."""
    words = []
    for piece in re.findall(r"\d+|[^\W\d_]|\.", written):
        if piece == ".":
            words.append("chấm")
        elif piece.isdecimal():
            plain = len(piece) <= 3 and not piece.startswith("0")
            words.append(cardinal(int(piece), line.settings) if plain else digit_by_digit(piece))
        else:
            words.append(line.tables.letter.get(piece.upper(), piece))
    return " ".join(words)


def listed(line: Line, at: int) -> Hit | None:
    """A code of the table: 4G, CO2, COVID-19, 24/7."""
    before = line.text[at - 1 : at]
    if before.isalpha() or (before.isdecimal() and line.text[at].isdecimal()):
        return None
    match = _listed().match(line.text, at)
    return Hit(match.end(), line.tables.code[match[0]], "code") if match else None


def road(line: Line, at: int) -> Hit | None:
    """Roads by their letters: "QL3", "QL.4A", "ĐT.203"; not a telephone ("ĐT 0912…")."""
    match = _ROAD.match(line.text, at)
    if match is None or (match[2].startswith("0") and match[1] != "CT"):
        return None
    name = _ROADS[match[1]]
    if match[1] == "CT" and not line.follows(at, "road"):
        return None
    words = f"{name} {'không ' if match[2].startswith('0') else ''}"
    words += cardinal(int(match[2]), line.settings)
    words += f" {line.tables.letter[match[3]]}" if match[3] else ""
    return Hit(match.end(), without_repetition(words, line.before(at)), "code")


def post(line: Line, at: int) -> Hit | None:
    """ "Km12+300": kilometre twelve plus three hundred."""
    match = _POST.match(line.text, at)
    if match is None:
        return None
    words = f"ki lô mét {cardinal(int(match[1] or match[2]), line.settings)}"
    words += f" cộng {whole(match[3].lstrip('0') or '0', line.settings)}" if match[3] else ""
    return Hit(match.end(), words, "code")


def alert(line: Line, at: int) -> Hit | None:
    """ "BĐ3", "BĐ II": the flood alert levels."""
    match = _ALERT.match(line.text, at)
    if match is None:
        return None
    level = int(match[1]) if match[1].isdecimal() else len(match[1])
    return Hit(match.end(), f"báo động {cardinal(level, line.settings)}", "code")


def quarter(line: Line, at: int) -> Hit | None:
    """ "Q3", "Q3/2025": a quarter of the year after the words for one or before a year, else a district."""
    match = _QUARTER.match(line.text, at)
    if match is None:
        return None
    number = cardinal(int(match[1]), line.settings)
    if match[2]:
        return Hit(match.end(), f"quý {number} năm {cardinal(int(match[2]), line.settings)}", "code")
    if line.follows(at, "quarter"):
        return Hit(match.end(), f"quý {number}", "code")
    return Hit(match.end(), f"quận {number}", "code", False, notes.AMBIGUOUS, (f"quý {number}",))


def virus(line: Line, at: int) -> Hit | None:
    """ "A/H5N1": the type, then letters and digits; the slash is silent."""
    match = _VIRUS.match(line.text, at)
    if match is None:
        return None
    return Hit(match.end(), f"{line.tables.letter[match[1]]} {letters_and_digits(line, match[2])}", "code")


def acronym_with_number(line: Line, at: int) -> Hit | None:
    """A known acronym with a number: "TDP5", "KCN2", "KV1", "HK2"; "H5N1" and "A1" are only letters and digits."""
    match = re.compile(r"([A-ZĐ]{2,8})(\d{1,3})(?![^\W_]|[.,/]\d)").match(line.text, at)
    if match is None or match[1] not in line.tables.acronym:
        return None
    if match[2].startswith("0") and line.follows(at, "form"):
        return None
    if len(match[1]) == 2 and match[1] not in line.tables.context["numbered"]:
        return None
    entries = line.tables.acronym[match[1]]
    entry = next((e for e in entries if e.fits(line.before(at), match[2])), None)
    if entry is None:
        return None
    words = f"{without_repetition(entry.spoken, line.before(at))} {cardinal(int(match[2]), line.settings)}"
    return Hit(match.end(), words, "code")


def mixed(line: Line, at: int) -> Hit | None:
    """ "H5N1", "B12", "U23", "A1", "DH-1234": letters by name."""
    if at > 0 and (line.text[at - 1].isalnum()):
        return None
    match = _SERIAL_NUMBER.match(line.text, at) or _MIXED.match(line.text, at) or _SERIAL.match(line.text, at)
    if match is None:
        return None
    if " " in match[0] and not line.follows(at, "serial", loose=True):
        return None
    return Hit(match.end(), letters_and_digits(line, match[0]), "code")


def school_class(line: Line, at: int) -> Hit | None:
    """ "9A1", "10A", "12B2", "5a": a number with letters, after "lớp" or anywhere."""
    match = _CLASS.match(line.text, at) or _SMALL.match(line.text, at)
    if match is None:
        return None
    return Hit(match.end(), letters_and_digits(line, match[0]), "code")


def version(line: Line, at: int) -> Hit | None:
    """ "phiên bản 2.0", "công nghiệp 4.0": the dot is said."""
    match = _VERSION.match(line.text, at)
    if match is None:
        return None
    dots = match[0].count(".")
    if dots < 2 and not line.follows(at, "version"):
        return None
    if dots >= 2 and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", match[0]):
        return None
    parts = [whole(part.lstrip("0") or "0", line.settings) for part in match[0].split(".")]
    return Hit(match.end(), " chấm ".join(parts), "code")


def room(line: Line, at: int) -> Hit | None:
    """A room or a code with a leading zero or three digits and more after "mã": digit by digit."""
    match = re.compile(r"0\d{1,7}(?!\d|[.,/:]\d)").match(line.text, at)
    if match is None or not line.follows(at, "room", loose=True):
        return None
    return Hit(match.end(), digit_by_digit(match[0]), "code")


def decimal_version(line: Line, at: int) -> Hit | None:
    """A heading number such as "1.1." or "2.3" at the beginning of a line."""
    match = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?(?=[\s)])").match(line.text, at)
    if match is None or not line.opens(at, "-+*•("):
        return None
    return Hit(match.end(1), " chấm ".join(say(part, line.settings) for part in match[1].split(".")), "code")
