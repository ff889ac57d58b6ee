"""What is wrong, where, and what to do about it: one value for every kind of bad input."""

import errno
from collections.abc import Iterable
from dataclasses import dataclass

from .i18n import _


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in something a person wrote.

    ``file`` is relative to the house where possible; ``line`` counts from 1, 0 when the whole file is meant;
    ``message`` says what is wrong and ``hint`` what to do, both already in the user's language. A ``warning``
    is shown but stops nothing.
    """

    file: str
    line: int
    message: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        kind = _("warning") if self.warning else _("error")
        text = f"{place}: {kind}: {self.message}"
        return f"{text}\n    → {self.hint}" if self.hint else text


def os_reason(error: OSError) -> str:
    """What the operating system complains of, in the user's language; its own words for what is rare."""
    reasons = {
        errno.ENOENT: _("it is not there"),
        errno.EACCES: _("no permission"),
        errno.EPERM: _("no permission"),
        errno.EISDIR: _("it is a folder"),
        errno.ENOTDIR: _("part of its path is no folder"),
        errno.EEXIST: _("something else of that name is there"),
        errno.EROFS: _("the disk can only be read"),
        errno.EIO: _("the disk is failing"),
        errno.ENOSPC: _("no space is left on the disk"),
        errno.EDQUOT: _("no space is left on the disk"),
        errno.ENAMETOOLONG: _("its name is too long"),
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)


class RadioError(Exception):
    """Something that stops the work in hand; its text is for the user, in the user's language."""


class BadInput(RadioError):
    """Input with at least one error; carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
