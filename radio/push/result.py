"""What came of a push."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Pushed:
    """Files and bytes that had to be sent to one place, and what went wrong.

    "waiting": there was something to send, but it has not been signed yet.
    """

    outcome: Literal["pushed", "unchanged", "waiting", "failed"]
    files: int = 0
    size: int = 0
    detail: str = ""
