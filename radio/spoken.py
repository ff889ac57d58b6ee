"""Bulletin → what is said, in order: sentences with their speaker and pause, recordings, silences. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .reading import Lexicon, Settings, Utterance, read, utterances
from .script import Bulletin, Insert, Paragraph, Pause, Repeat

AGAIN = "Xin nhắc lại:"
"""Said before a paragraph that is repeated. A sentence of its own, so that what follows is the same clip twice."""
NUMBER_AGAIN = "Xin nhắc lại số điện thoại:"

_MANY_DIGITS = re.compile(r"\d(?:\D{0,3}\d){7}")
_TELEPHONE = re.compile(r"0\d{8,10}|1[89]00\d{4,6}")
_OTHER_NUMBER = re.compile(
    r"(tài khoản|mã số|căn cước|chứng minh|hồ sơ|thẻ|đơn hàng)"
    r"((?!điện thoại|gọi|liên hệ|máy|hỏi|báo)[^.,;\n])*$",
    re.IGNORECASE,
)
"""What stands before a number that is no telephone's, unless a word that asks to call comes in between."""


@dataclass(frozen=True)
class Said:
    """One utterance by one speaker; ``line`` is where its paragraph starts in the script."""

    speaker: str
    utterance: Utterance
    line: int
    heading: bool

    @property
    def text(self) -> str:
        """The words as the voice gets them."""
        return self.utterance.spoken


@dataclass(frozen=True)
class Recorded:
    """The whole bulletin as ``read_by`` reads it in ``file`` of ``audio/``; ``text`` is what it says."""

    file: str
    read_by: str
    text: str


Spoken = tuple[Said | Insert | Pause | Recorded, ...]


def speak(
    bulletin: Bulletin,
    lexicon: Lexicon,
    settings: Settings,
    *,
    phone_twice: bool = True,
    recorded: bool = False,
) -> Spoken:
    """Everything that a listener of ``bulletin`` will hear, in order.

    ``recorded`` says that its recording is there: then that is all that is heard. Without it, a language other
    than Vietnamese is not said at all, because no engine speaks it. With ``phone_twice`` a telephone number
    that the script gives once is repeated after its sentence; short emergency numbers (113, 115) are not.
    """
    if recorded:
        return (Recorded(bulletin.recording, bulletin.read_by, bulletin.text),)
    if bulletin.language != "vi":
        return ()
    return tuple(_voiced(bulletin, lexicon, settings, phone_twice))


def _voiced(
    bulletin: Bulletin, lexicon: Lexicon, settings: Settings, phone_twice: bool
) -> Iterator[Said | Insert | Pause]:
    numbers = _telephones(bulletin, lexicon, settings) if phone_twice else {}
    paragraph: list[Said] = []
    for part in bulletin.parts:
        if isinstance(part, Paragraph):
            paragraph = _said(part, lexicon, settings)
            yield from _numbers_again(paragraph, numbers.get(part, ()))
        elif isinstance(part, Repeat):
            if paragraph:
                first = paragraph[0]
                yield replace(first, utterance=Utterance(AGAIN, "comma", 0, 0), heading=False)
                yield from (replace(one, heading=False) for one in paragraph)
        else:
            yield part


def _said(part: Paragraph, lexicon: Lexicon, settings: Settings) -> list[Said]:
    heading = part.text.startswith("#")
    return [
        Said(part.speaker, utterance, part.line, heading)
        for utterance in utterances(_read_text(part), lexicon, settings)
        if utterance.spoken.strip()
    ]


def _read_text(part: Paragraph) -> str:
    """The paragraph without the marks that make it a heading."""
    return part.text.lstrip("# ") if part.text.startswith("#") else part.text


@dataclass(frozen=True)
class _Number:
    """A telephone number: where it starts in its paragraph, its digits, and how it is said."""

    start: int
    digits: str
    spoken: str


def _telephones(
    bulletin: Bulletin, lexicon: Lexicon, settings: Settings
) -> dict[Paragraph, tuple[_Number, ...]]:
    """The telephone numbers that are said once in the whole bulletin, by paragraph."""
    found: dict[Paragraph, tuple[_Number, ...]] = {}
    times: Counter[str] = Counter()
    for part, following in zip(bulletin.parts, (*bulletin.parts[1:], None), strict=True):
        if isinstance(part, Paragraph):
            found[part] = tuple(_numbers(_read_text(part), lexicon, settings))
            for number in found[part]:
                times[number.digits] += 2 if isinstance(following, Repeat) else 1
    return {part: tuple(one for one in all_ if times[one.digits] == 1) for part, all_ in found.items()}


def _numbers(text: str, lexicon: Lexicon, settings: Settings) -> Iterator[_Number]:
    if not _MANY_DIGITS.search(text):
        return
    for span in read(text, lexicon, settings).spans:
        digits = re.sub(r"\D", "", re.sub(r"\+\s?84", "0", span.written))
        other = _OTHER_NUMBER.search(text, max(0, span.start - 40), span.start)
        if span.kind == "contact" and _TELEPHONE.fullmatch(digits) and not other:
            yield _Number(span.start, digits, span.spoken)


def _numbers_again(paragraph: Sequence[Said], numbers: Sequence[_Number]) -> Iterator[Said]:
    """``paragraph`` with its ``numbers`` said again, each after the end of the sentence that gives it."""
    waiting: list[str] = []
    for said in paragraph:
        utterance = said.utterance
        waiting += [one.spoken for one in numbers if utterance.start <= one.start < utterance.end]
        if not waiting or utterance.pause == "comma":
            yield said
            continue
        again = Utterance(f"{NUMBER_AGAIN} {'; '.join(waiting)}.", utterance.pause, 0, 0)
        yield replace(said, utterance=replace(utterance, pause="sentence"))
        yield replace(said, utterance=again)
        waiting = []


def spoken_text(spoken: Spoken) -> str:
    """What is said as plain text, one utterance a line, speakers and recordings marked; for people and diffs."""
    lines = []
    speaker = ""
    for part in spoken:
        if isinstance(part, Insert):
            lines.append(f"[[audio: {part.file}]]")
        elif isinstance(part, Pause):
            lines.append(f"[[nghỉ {part.ms / 1000:g}s]]")
        elif isinstance(part, Recorded):
            lines += [f"[[audio: {part.file}]] ({part.read_by})", part.text]
        else:
            named = f"{part.speaker}: " if part.speaker != speaker else ""
            lines.append(named + part.text)
            speaker = part.speaker
    return "\n".join(lines)
