"""Document numbers: "312/BC-UBND", "49-KL/TW", "80/2015/QH13", "07/2013/TTLT-BGDĐT-BTC".

The number is a number, the year a year, the codes words. A kind of document that was said just before is not
said again: "báo cáo số ba trăm mười hai của Ủy ban nhân dân".
"""

import re

from . import notes
from .acronym import expand, look_up
from .line import Hit, Line
from .number import cardinal, whole

_CODE = r"[A-ZĐƯ][A-Za-zĐđƯưÂâÔôÊê]{0,15}\d{0,2}"
_SEPARATOR = r"\s?[/\-–.]\s?"
_NUMBER = re.compile(
    rf"(?P<number>\d{{1,6}}(?P<letter>[a-zA-Z]?))?(?:\s?/\s?(?P<year>(?:19|20)\d\d))?"
    rf"(?P<slash>\s?[/\-–]\s?)(?P<codes>{_CODE}(?:(?:{_SEPARATOR}|&){_CODE}){{0,5}})(?![\w])"
)
_PLAIN = re.compile(r"(\d{1,5})\s?/\s?((?:19|20)\d\d)(?![\d/])")
_STANDARD = re.compile(r"(\d{1,6}(?:-\d{1,2}){0,2}):((?:19|20)\d\d)(?:/(" + _CODE + r"))?(?!\w)")
_LISTING = (",", ";", "và", ", và")
_TERM = re.compile(r"([A-ZĐƯ]+?)(\d{1,2})$")


def _body(line: Line, code: str) -> tuple[str, bool]:
    """Who issued it, in words, and whether that is certain."""
    term = _TERM.match(code)
    if term and term[1] in ("QH", "UBTVQH", "HĐND"):
        names = {"QH": "Quốc hội", "UBTVQH": "Ủy ban Thường vụ Quốc hội", "HĐND": "Hội đồng nhân dân"}
        return f"{names[term[1]]} khóa {cardinal(int(term[2]), line.settings)}", True
    if code in line.tables.document_body:
        return line.tables.document_body[code], True
    if term:
        words, certain = _body(line, term[1])
        return f"{words} {cardinal(int(term[2]), line.settings)}", certain
    meaning = expand(line, code)
    return meaning.spoken, meaning.certain


def _known(line: Line, code: str) -> bool:
    tables = line.tables
    base = code.rstrip("0123456789")
    return base in tables.document_type or base in tables.document_body or base in tables.acronym


def _split_codes(line: Line, text: str) -> list[tuple[str, str]]:
    """(separator, code) pairs; a compound that the tables know as a whole stays whole ("LĐ-TB&XH")."""
    parts = re.split(rf"({_SEPARATOR}|\s?&\s?)", text)
    codes = [("", parts[0])]
    for separator, code in zip(parts[1::2], parts[2::2], strict=True):
        sign, whole_name = separator.strip(), codes[-1][1] + code
        one = sign == "&" and look_up(line, whole_name) is not None
        one = one or (sign == "-" and len(codes) > 1 and whole_name in line.tables.acronym)
        if one:
            codes[-1] = (codes[-1][0], whole_name)
        else:
            codes.append((sign, code))
    return codes


def _already_said(line: Line, at: int, words: str, code: str) -> bool:
    """True when the kind of document stands before the number, in words or as an acronym."""
    before = re.split(r"[\d;]", line.before(at, 48))[-1]
    if words and re.search(rf"(?:^|\W)(?:{re.escape(words)}|{re.escape(code.lower())})(?:\W|$)", before):
        return True
    return len(code) > 1 and _initials_say(before, code)


def _initials_say(before: str, code: str) -> bool:
    """True when the words before the number have the letters of ``code`` as initials, the first and last ones
    included: "lệnh gọi công dân nhập ngũ số" says LGNN, "quy định số" says QĐ."""
    words = re.split(r"[,.:(]\s", before.strip(" :"))[-1].split()
    if words and words[-1] == "số":
        words.pop()
    letters = code.lower()
    for count in range(len(letters), min(len(words), len(letters) + 4) + 1):
        initials = iter([word[0] for word in words[-count:]])
        ends = words[-count][0] == letters[0] and words[-1][0] == letters[-1]
        if ends and all(letter in initials for letter in letters):
            return True
    return False


def _say_codes(line: Line, at: int, first_sign: str, text: str) -> tuple[str, bool]:
    """The codes in words: " của …" or, where signs are voiced, sign by sign."""
    codes = _split_codes(line, text)
    settings = line.settings
    signs = {"/": settings.slash, "-": settings.hyphen, "–": settings.hyphen}
    voiced = bool(settings.slash or settings.hyphen)
    kind = line.tables.document_type.get(codes[0][1], "")
    if kind and len(codes) == 1 and codes[0][1] in line.tables.document_body and first_sign == "/":
        kind = ""
    said = (bool(kind) or len(codes) > 1) and _already_said(line, at, kind, codes[0][1])
    bodies = [_body(line, code) for _, code in (codes[1:] if kind or said else codes)]
    certain = all(sure for _, sure in bodies)
    if voiced:
        named = ([kind] if kind or said else []) + [words for words, _ in bodies]
        marks = [first_sign.strip()] + [sign for sign, _ in codes[1:]]
        words = " ".join(f"{signs.get(mark, '')} {name}" for mark, name in zip(marks, named, strict=True))
        return " " + words, certain
    who = f" của {', '.join(words for words, _ in bodies)}" if bodies else ""
    return (who if said or not kind else f" {kind}{who}"), certain


def document_number(line: Line, at: int) -> Hit | None:
    """A number with codes; also one whose number is still missing ("Số: /KH-UBND")."""
    match = _NUMBER.match(line.text, at)
    if match is None:
        return None
    number, year, codes = match["number"], match["year"], match["codes"]
    first = re.split(r"[/\-–.&\s]", codes)[0]
    if not number:
        if not line.follows(at, "serial", loose=True) or not _known(line, first):
            return None
        spoken, _ = _say_codes(line, at, match["slash"], codes)
        return Hit(match.end(), spoken.strip(), "document", False, notes.MISSING_NUMBER)
    listed = line.last_kind == "document" and line.text[line.last_end : at].strip() in _LISTING
    named = listed or line.follows(at, "document kind", loose=True)
    if not _known(line, first) and not (named and len(first) > 1):
        return None
    if len(codes) < 2 and not named:
        return None
    if (
        not named
        and not year
        and first not in line.tables.document_type
        and "-" not in codes
        and "/" not in codes
    ):
        return None
    letter = f" {line.tables.letter.get(match['letter'].upper(), match['letter'])}" if match["letter"] else ""
    digits = number.rstrip(match["letter"]) if match["letter"] else number
    words = _number_words(line, digits) + letter
    if year:
        words += f"{_slash(line)} {'' if line.settings.slash else 'năm '}{cardinal(int(year), line.settings)}"
    tail, certain = _say_codes(line, at, match["slash"], codes)
    note = "" if certain else notes.UNKNOWN_ACRONYM
    return Hit(match.end(), words + tail, "document", certain, note)


def _slash(line: Line) -> str:
    return f" {line.settings.slash}" if line.settings.slash else ""


def _number_words(line: Line, digits: str) -> str:
    return whole(digits.lstrip("0") or "0", line.settings)


def number_and_year(line: Line, at: int) -> Hit | None:
    """ "Nghị định 100/2019", "Luật số 80/2015": a number and a year where a kind of document was named."""
    match = _PLAIN.match(line.text, at)
    if match is None:
        return None
    if not line.follows(at, "document kind", loose=True):
        return None
    if int(match[1]) <= 12 and line.before(at, 16).split()[-2:][:1] in ([], ["và"]):
        return None
    year = cardinal(int(match[2]), line.settings)
    words = f"{_number_words(line, match[1])}{_slash(line)} {'' if line.settings.slash else 'năm '}{year}"
    return Hit(match.end(), words, "document")


def standard(line: Line, at: int) -> Hit | None:
    """Standards: "TCVN 5945:2005", "QCVN 01-1:2018/BYT"."""
    match = _STANDARD.match(line.text, at)
    if match is None or not (line.follows(at, "standard", loose=True)):
        return None
    number = " ".join(whole(part.lstrip("0") or "0", line.settings) for part in match[1].split("-"))
    words = f"{number} năm {cardinal(int(match[2]), line.settings)}"
    if match[3]:
        body, certain = _body(line, match[3])
        return Hit(
            match.end(), f"{words} của {body}", "document", certain, "" if certain else notes.UNKNOWN_ACRONYM
        )
    return Hit(match.end(), words, "document")
