"""What the agent hands the player for one slot, as one line of JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

Output = Literal["auto", "pulse", "alsa", "pacat", "aplay"]

OUTPUTS: tuple[Output, ...] = ("auto", "pulse", "alsa", "pacat", "aplay")


@dataclass(frozen=True)
class JobCue:
    """One item of the slot: ``number`` is its place in it, ``start`` samples after the slot's first.

    ``samples`` of the decoded file at ``path`` sound, from ``offset`` on; its bytes must have ``length`` and
    ``sha256``.
    """

    number: int
    start: int
    path: str
    length: int
    sha256: str
    offset: int
    samples: int

    @property
    def end(self) -> int:
        """The sample after its last one."""
        return self.start + self.samples


@dataclass(frozen=True)
class Job:
    """A slot of ``length`` samples whose first one sounds at ``start`` on this machine's monotonic clock.

    If ``start`` has passed, the player joins in progress. ``volume`` is the amplitude in percent. ``fill`` is
    what sounds in the place of a cue that cannot be heard; its starts and numbers mean nothing.
    """

    start: float
    length: int
    volume: int
    output: Output
    device: str
    cues: tuple[JobCue, ...]
    fill: tuple[JobCue, ...] = ()

    def to_line(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Job":
        """The job written by `to_line`."""
        tree = json.loads(line)
        cues, fill = (tuple(JobCue(**cue) for cue in tree.pop(name)) for name in ("cues", "fill"))
        return cls(cues=cues, fill=fill, **tree)
