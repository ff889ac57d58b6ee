"""What a reading is made of: plain frozen values handed from stage to stage."""

from dataclasses import dataclass, field, fields
from functools import cached_property

from .tidy import join_spoken

CHOICES = {
    "thousand": ("nghìn", "ngàn"),
    "zero_tens": ("linh", "lẻ"),
    "slash": ("", "trên", "gạch chéo", "xuyệc", "xuyệt", "xẹt", "chéo"),
    "hyphen": ("", "gạch ngang", "ngang", "gạch"),
    "early_day": ("", "mồng", "mùng"),
}


@dataclass(frozen=True)
class Settings:
    """How a house speaks where good speakers differ.

    ``thousand``: the word for 1,000. ``zero_tens``: the word for an empty tens place (101). ``slash`` and
    ``hyphen``: how these signs are voiced inside a document number; empty means not at all, and the number is
    then said as a sentence would ("số ba trăm mười hai của Ủy ban nhân dân"). ``early_day``: the word before
    the first ten days of a month, or none. Raises `ValueError` for a value outside `CHOICES`.
    """

    thousand: str = "nghìn"
    zero_tens: str = "linh"
    slash: str = ""
    hyphen: str = ""
    early_day: str = ""

    def __post_init__(self) -> None:
        for item in fields(self):
            if getattr(self, item.name) not in CHOICES[item.name]:
                raise ValueError(
                    f"{item.name}: {getattr(self, item.name)!r} is not one of {CHOICES[item.name]}"
                )


@dataclass(frozen=True)
class Span:
    """A stretch of written text and what is said for it.

    ``start`` and ``end`` are offsets into the text as it was given; ``kind`` is the class that decided, named
    as its module, table and case file (``plain`` for words that are said as written). When ``certain`` is
    false, ``note`` says why, as a message id to be translated where it is shown, and ``alternatives`` are
    other ways to say it.
    """

    start: int
    end: int
    written: str
    spoken: str
    kind: str
    certain: bool = True
    note: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A text and how it is said: the spans, in order and without gaps, make up the written text."""

    written: str
    spans: tuple[Span, ...] = field(default=())

    @cached_property
    def spoken(self) -> str:
        """What is said, line by line, with the punctuation that a voice needs and no digit or symbol."""
        return join_spoken(span.spoken for span in self.spans)

    @cached_property
    def flags(self) -> tuple[Span, ...]:
        """The spans that an editor should look at before anyone hears them."""
        return tuple(span for span in self.spans if not span.certain)


@dataclass(frozen=True)
class Utterance:
    """What a voice says in one go: a sentence, or as much of a long one as fits in a breath.

    ``pause`` names the kind of silence after it: ``comma``, ``sentence``, ``list``, ``heading`` or
    ``paragraph``; how long each lasts is a setting of the voice. ``start`` and ``end`` are offsets into the
    written text.
    """

    spoken: str
    pause: str
    start: int
    end: int
    flags: tuple[Span, ...] = ()
