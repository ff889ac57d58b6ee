"""The house's own words: ``lexicon.toml``, over the shipped tables.

[acronym]                       # matched exactly as written
BQLC = "ban quản lý chợ"
[name]                          # names and other words, small or capital letters alike
"Lũng Nặm" = "lúng nặm"
[foreign]                       # as name; kept apart for the reader of the file
homestay = "hôm xờ tây"
[abbreviation]                  # matched exactly, dots and slashes included
"B/đ" = "ban đầu"
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from radio.files import write_text
from radio.i18n import _
from radio.problem import BadInput, Problem

SECTIONS = ("acronym", "abbreviation", "name", "foreign")
_ANY_CASE = ("name", "foreign")
LONGEST = 80  # characters of a written form
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPEAKABLE = re.compile(r"[^\W\d_]+(?:[ ,'-]+[^\W\d_]+)*", re.UNICODE)


@dataclass(frozen=True)
class Lexicon:
    """Entries by section, then written form: what is said for it."""

    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def folded(self) -> dict[str, tuple[str, str, str]]:
        """Lower-case written form → (section, written form as entered, spoken)."""
        return {
            written.lower(): (section, written, spoken)
            for section, words in self.entries.items()
            for written, spoken in words.items()
        }

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Any entry, the longest first; None when there is none."""
        if not self.folded:
            return None
        forms = sorted(self.folded, key=len, reverse=True)
        return re.compile(
            "|".join(re.escape(form) + (r"(?!\w)" if form[-1].isalnum() else "") for form in forms)
        )

    @cached_property
    def initials(self) -> frozenset[str]:
        """The first characters of all entries, small and capital: where it is worth looking."""
        return frozenset(c for form in self.folded for c in (form[0], form[0].upper()))

    def find(self, text: str, lower: str, at: int) -> tuple[int, str, str] | None:
        """(end, section, spoken) of the entry that stands at ``at``; ``lower`` is the text in small letters."""
        if self.pattern is None:
            return None
        match = self.pattern.match(lower, at)
        if match is None:
            return None
        section, written, spoken = self.folded[match[0]]
        if section not in _ANY_CASE and text[at : match.end()] != written:
            return None
        return match.end(), section, spoken


def _line_of(text: str, key: str) -> int:
    """The line on which ``key`` is set or its table opened, 0 if it cannot be found."""
    forms = (re.escape(key), re.escape(f'"{key}"'), re.escape(f"'{key}'"))
    pattern = re.compile(rf"^\s*(?:(?:{'|'.join(forms)})\s*=|\[\s*(?:{'|'.join(forms)})\s*\])", re.MULTILINE)
    match = pattern.search(text)
    return text.count("\n", 0, match.end()) + 1 if match else 0


def _entry_problem(written: str, spoken: object) -> str:
    if not isinstance(spoken, str) or not spoken.strip():
        return _("%(written)s: what is said must be a text in quotes, not empty") % {"written": written}
    if _SPEAKABLE.fullmatch(spoken.strip()) is None:
        return _("%(written)s: what is said must be words alone, without digits or signs") % {
            "written": written
        }
    if not any(c.isalnum() for c in written) or len(written) > LONGEST:
        return _(
            "%(written)s: the written form needs a letter or a digit and at most %(longest)d characters"
        ) % {
            "written": written,
            "longest": LONGEST,
        }
    return ""


def parse_lexicon(text: str, file: str) -> tuple[Lexicon, list[Problem]]:
    """The lexicon in ``text``; what is wrong with it is listed under the name ``file`` and left out."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        message = _("this is not valid TOML: %(error)s") % {"error": error}
        return Lexicon(), [Problem(file, int(line[1]) if line else 0, message)]
    problems: list[Problem] = []
    entries: dict[str, dict[str, str]] = {}
    for section, words in data.items():
        if section not in SECTIONS or not isinstance(words, dict):
            near = difflib.get_close_matches(section, SECTIONS, 1)
            hint = _("did you mean [%(name)s]?") % {"name": near[0]} if near else _sections_hint()
            message = _("[%(section)s] is not a part of the lexicon") % {"section": section}
            problems.append(Problem(file, _line_of(text, section), message, hint))
            continue
        for written, spoken in words.items():
            if message := _entry_problem(written, spoken):
                problems.append(Problem(file, _line_of(text, written), message))
            else:
                entries.setdefault(section, {})[written] = " ".join(str(spoken).split())
    return Lexicon(entries), problems


def _sections_hint() -> str:
    return _("the parts are: %(sections)s") % {"sections": ", ".join(f"[{name}]" for name in SECTIONS)}


def load_lexicon(path: Path) -> tuple[Lexicon, list[Problem]]:
    """The house's lexicon and every problem in it, with file and line; a missing file is an empty lexicon."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Lexicon(), []
    except (OSError, UnicodeDecodeError) as error:
        return Lexicon(), [Problem(path.name, 0, _("cannot be read: %(error)s") % {"error": error})]
    return parse_lexicon(text, path.name)


def section_for(written: str) -> str:
    """The section where a new entry belongs: judged by how it is written."""
    letters = [c for c in written if c.isalpha()]
    if any(c in "./" for c in written):
        return "abbreviation"
    if " " not in written and len(letters) > 1 and sum(c.isupper() for c in letters) > len(letters) / 2:
        return "acronym"
    return "name"


def _toml_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _assignment(written: str, spoken: str) -> str:
    key = written if _BARE_KEY.fullmatch(written) else _toml_string(written)
    return f"{key} = {_toml_string(spoken)}"


def _inserted(text: str, section: str, written: str, spoken: str) -> str:
    """``text`` with the entry set in its section; every other line as it was."""
    lines = text.split("\n")
    header = next((i for i, line in enumerate(lines) if re.match(rf"\s*\[\s*{section}\s*\]", line)), None)
    if header is None:
        gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[{section}]\n{_assignment(written, spoken)}\n"
    stop = next((i for i in range(header + 1, len(lines)) if re.match(r"\s*\[", lines[i])), len(lines))
    own = re.compile(
        rf"\s*(?:{re.escape(written)}|{re.escape(_toml_string(written))}|'{re.escape(written)}')\s*="
    )
    for i in range(header + 1, stop):
        if own.match(lines[i]):
            comment = re.search(r"\s*#[^\"']*$", lines[i])
            lines[i] = _assignment(written, spoken) + (comment[0] if comment else "")
            return "\n".join(lines)
    last = next(i for i in range(stop - 1, header - 1, -1) if lines[i].strip())
    lines.insert(last + 1, _assignment(written, spoken))
    return "\n".join(lines) if lines[-1] == "" else "\n".join(lines) + "\n"


def learn(path: Path, written: str, spoken: str) -> str:
    """Set one entry in the lexicon file, durably, all else in the file as it was; returns its section.

    Raises `BadInput` when the entry or the file is not right; the file is then untouched.
    """
    written, spoken = written.strip(), " ".join(spoken.split())
    if message := _entry_problem(written, spoken):
        raise BadInput([Problem(path.name, 0, message)])
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    before, problems = parse_lexicon(text, path.name)
    if problems:
        raise BadInput(problems)
    section = next((name for name, words in before.entries.items() if written in words), section_for(written))
    changed = _inserted(text, section, written, spoken)
    expected = {name: dict(words) for name, words in before.entries.items()}
    expected.setdefault(section, {})[written] = spoken
    after, problems = parse_lexicon(changed, path.name)
    if problems or after.entries != expected:
        message = _("%(written)s could not be added safely: add it by hand") % {"written": written}
        raise BadInput([Problem(path.name, 0, message)])
    write_text(path, changed)
    return section
