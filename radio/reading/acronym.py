"""Acronyms become words: from the house's lexicon, the text's own definitions, the table, or letter by letter."""

import re
from dataclasses import dataclass

from . import notes
from .letters import UPPER
from .line import Hit, Line
from .syllable import is_pronounceable, is_syllable, toneless
from .tables import Entry, key_of

_PART = r"[^\W\d_]+"
_CHAIN = re.compile(rf"{_PART}(?:(?:\s?&\s?|[-–./,]){_PART}){{0,6}}")
_PARENTHESIS = re.compile(
    r"\(\s?(?:(?:sau đây )?(?:gọi|viết)(?: tắt)? là)?:?\s?\"?"
    rf"({_PART}(?:[-&]{_PART}){{0,3}})\"?\s?\)",
    re.IGNORECASE,
)
_CAPITALS = re.compile(rf"[{UPPER}]{{2,24}}(?![^\W\d_])")
_CAPITAL_WORD = re.compile(rf"[{UPPER}]{{1,8}}(?![^\W\d_])")
_JOINT = re.compile(r"\s?[&–./,-]")
_NUMBERED = re.compile(r"\d{1,4}(?![\d/])")
LONGEST = 24
_LEVELS = {"B": "bộ", "S": "sở", "P": "phòng"}
_SILENT_WORDS = {"và", "của", "các", "về", "là"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an acronym stands for; ``spelled`` when in no table."""

    spoken: str
    certain: bool = True
    spelled: bool = False
    alternatives: tuple[str, ...] = ()


def spell(line: Line, letters: str) -> str:
    """Letter by letter, by their Vietnamese names."""
    names = (line.tables.letter.get(toneless(c)[0].upper(), c) for c in letters if c.isalpha())
    return " ".join(names)


def _choose(entries: tuple[Entry, ...], before: str, after: str) -> Entry | None:
    return next((entry for entry in entries if entry.fits(before, after)), None)


def _composed(line: Line, key: str) -> str:
    """The longest known parts, each of three letters or more, that together make up ``key``; or nothing."""
    table = line.tables.acronym
    best: dict[int, str] = {0: ""}
    for end in range(3, len(key) + 1):
        for start in range(max(0, end - 12), end - 2):
            if start in best and end not in best and key[start:end] in table:
                default = table[key[start:end]][-1]
                best[end] = f"{best[start]} {default.spoken}".strip()
    return best.get(len(key), "")


def look_up(line: Line, written: str, before: str = "", after: str = "") -> Meaning | None:
    """The meaning of an acronym that something knows; None for one in no table."""
    key = key_of(written)
    for section in ("acronym", "name"):
        if spoken := line.lexicon.entries.get(section, {}).get(written):
            return Meaning(spoken)
    if spoken := line.memory.get(key):
        return Meaning(spoken)
    entries = line.tables.acronym.get(key)
    if entries:
        entry = _choose(entries, before, after)
        if entry is None:
            return None
        others = tuple(dict.fromkeys(other.spoken for other in entries if other.spoken != entry.spoken))
        return Meaning(entry.spoken, not entry.doubtful, alternatives=others if entry.doubtful else ())
    if len(key) > 2 and key in line.tables.document_type:
        return Meaning(line.tables.document_type[key])
    if key[:1] in _LEVELS and any(entry.field for entry in line.tables.acronym.get(key[1:], ())):
        field = next(entry for entry in line.tables.acronym[key[1:]] if entry.field)
        return Meaning(f"{_LEVELS[key[0]]} {field.spoken}")
    if written.isalpha() and key.isupper() and 6 <= len(key) <= LONGEST and (words := _composed(line, key)):
        return Meaning(words, certain=False)
    return None


def expand(line: Line, written: str) -> Meaning:
    """The meaning of an acronym, spelled letter by letter where nothing knows it."""
    return look_up(line, written) or Meaning(spell(line, written), certain=False, spelled=True)


def without_repetition(spoken: str, before: str) -> str:
    """``spoken`` without its first words where the text has just said them ("Phòng PGDĐT", "tổ chức WHO")."""
    words = spoken.split()
    said = before.split()
    for count in range(min(3, len(words) - 1), 0, -1):
        if said[-count:] == words[:count]:
            return " ".join(words[count:])
    return spoken


def _candidates(text: str, at: int) -> list[str]:
    """The chain of parts at ``at``, the longest first, cut back part by part."""
    match = _CHAIN.match(text, at)
    if match is None:
        return []
    chain = match[0][: LONGEST * 2]
    ends = [cut.start() for cut in _JOINT.finditer(chain)]
    return [chain[:end].rstrip() for end in [len(chain), *reversed(ends)]]


def _capitals(word: str) -> int:
    return sum(c.isupper() for c in word)


def is_word(line: Line, word: str) -> bool:
    """True for a Vietnamese syllable, and for one of a place name from another language of the country."""
    return is_syllable(word) or word.capitalize() in line.tables.local


def _in_capital_text(line: Line, at: int, end: int) -> bool:
    """True when the words around are Vietnamese in capitals: then a short word in capitals is a word, too."""
    if line.shouting:
        return True
    before = re.search(rf"([{UPPER}]{{2,}})[\s,]*$", line.text[max(0, at - 16) : at])
    after = re.match(rf"[\s,]*([{UPPER}]{{2,}})", line.text[end : end + 16])
    neighbours = [match[1] for match in (before, after) if match]
    return any(is_word(line, word) and not word.isascii() for word in neighbours)


def _is_capital_word(line: Line, word: str, at: int) -> bool:
    """True for a Vietnamese word written in capitals, as in headings."""
    if not word.isupper() or not is_word(line, word):
        return False
    if key_of(word) not in line.tables.acronym:
        return True
    return _in_capital_text(line, at, at + len(word))


def acronym(line: Line, at: int) -> Hit | None:
    """An acronym, alone or a compound ("GD&ĐT", "KT-XH", "LĐ-TB&XH")."""
    candidates = [chain for chain in _candidates(line.text, at) if _worth_a_look(line, chain)]
    if not candidates:
        return None
    before = line.before(at)
    for chain in candidates:
        if chain.isalpha() and _is_capital_word(line, chain, at):
            return None
        end = at + len(chain)
        following = line.text[end : end + 1]
        if following.isalpha() or (len(chain) == 2 and chain.isupper() and _NUMBERED.match(line.text, end)):
            continue
        meaning = look_up(line, chain, before, line.after(end))
        if meaning is None:
            continue
        spoken = without_repetition(meaning.spoken, before)
        note = (
            "" if meaning.certain else (notes.AMBIGUOUS if meaning.alternatives else notes.COMPOSED_ACRONYM)
        )
        return Hit(end, spoken, "acronym", meaning.certain, note, meaning.alternatives)
    return None


def _worth_a_look(line: Line, chain: str) -> bool:
    """False for what can be no acronym: one letter, an ordinary word, a compound that no table has."""
    if chain.isalpha():
        return len(chain) > 1 and _acronymic(chain)
    key = key_of(chain)
    known = key in line.tables.acronym or key in line.memory or key[1:] in line.tables.acronym
    return known and _acronymic(chain)


def _acronymic(chain: str) -> bool:
    """True when the chain is not an ordinary word or name: two capitals, or a known mixed form."""
    parts = re.split(r"[&\-–./,\s]+", chain)
    if len(parts) == 1:
        return _capitals(chain) >= 2 or len(chain) <= 4
    return all(_capitals(part) * 2 >= len(part) for part in parts if part)


def unknown_acronym(line: Line, at: int) -> Hit | None:
    """Capitals that no table knows: words in capitals are read as words, anything else letter by letter."""
    match = _CAPITALS.match(line.text, at)
    if match is None:
        return None
    word = match[0]
    if is_word(line, word):
        return Hit(match.end(), word.lower(), "capitals")
    if len(word) >= 5 and is_pronounceable(word):
        return Hit(match.end(), word.lower(), "foreign", False, notes.FOREIGN, (spell(line, word),))
    return Hit(match.end(), spell(line, word), "acronym", False, notes.UNKNOWN_ACRONYM, ())


def capital_word(line: Line, at: int) -> Hit | None:
    """A run of Vietnamese words in capitals is ordinary speech."""
    match = _CAPITAL_WORD.match(line.text, at)
    if match is None or not _is_capital_word(line, match[0], at):
        return None
    if len(match[0]) == 1 and not (
        match[0] in "ÝÁÀẢÃẠÍÌÓÒÔƠÚÙỦỤĂÂÊỞỨỨƯỔỐỒỘỚỜỢỪỬỮỰẤẦẨẪẬẮẰẲẴẶẾỀỂỄỆ" and line.shouting
    ):
        return None
    return Hit(match.end(), match[0].lower(), "capitals")


def _matches_initials(words: list[str], key: str) -> str:
    """The last words of ``words`` whose initials spell ``key``, joined; "và" and the like may be skipped."""
    taken: list[str] = []
    letters = list(key.upper())
    for word in reversed(words):
        if letters and word[0].upper() == letters[-1]:
            letters.pop()
            taken.append(word)
        elif taken and word in _SILENT_WORDS:
            taken.append(word)
        else:
            break
        if not letters:
            return " ".join(reversed(taken)).lower()
    return ""


def defined_in_parentheses(line: Line, at: int) -> Hit | None:
    """ "Ủy ban nhân dân (UBND)" is said once; an acronym in no table is learned for the rest of the text."""
    match = _PARENTHESIS.match(line.text, at)
    if match is None or _capitals(match[1]) < 2:
        return None
    key = key_of(match[1])
    before = line.lower[max(0, at - 120) : at]
    words = re.findall(_PART, before)
    known = look_up(line, match[1], before, "")
    if known is not None and _ends_with(words, known.spoken):
        return Hit(match.end(), "", "acronym")
    if defined := _matches_initials(words, key):
        line.memory[key] = defined
        return Hit(match.end(), "", "acronym")
    return None


def _ends_with(words: list[str], spoken: str) -> bool:
    expected = [word.lower() for word in re.findall(_PART, spoken)]
    skipping = [word for word in words if word not in _SILENT_WORDS]
    plain = [word for word in expected if word not in _SILENT_WORDS]
    return _same(words[-len(expected) :], expected) or _same(skipping[-len(plain) :], plain)


def _same(one: list[str], other: list[str]) -> bool:
    return [_tone_style(word) for word in one] == [_tone_style(word) for word in other]


def _tone_style(word: str) -> str:
    """Old and new places of a tone mark alike: "uỷ" and "ủy", "hoá" and "hóa"."""
    for old, new in (
        ("oá", "óa"),
        ("oà", "òa"),
        ("oả", "ỏa"),
        ("oã", "õa"),
        ("oạ", "ọa"),
        ("uỷ", "ủy"),
        ("uý", "úy"),
    ):
        word = word.replace(old, new)
    return (
        word.replace("uỳ", "ùy")
        .replace("uỵ", "ụy")
        .replace("uỹ", "ũy")
        .replace("oè", "òe")
        .replace("oẻ", "ỏe")
    )
