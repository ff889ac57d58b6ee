"""One slot on air as the agent sees it: the player's process, started again when it fails."""

import json
import os
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ..i18n import _
from .job import Job
from .ladder import Begun, Play

SILENT_PLAYER = 10.0
"""Seconds without a word from the player, once its sound is open, after which it is ended."""
SLOW_PLAYER = 30.0
"""Seconds a player may take from its start to its first word."""
OVERTIME = 10.0
"""Seconds after the end of the slot at which a player is ended."""
RETRY = (1.0, 2.0, 5.0)
"""Seconds before the player is started again: after the first failure, the second, every other one."""


@dataclass
class Session:
    """A slot given to the player. Times are seconds of the monotonic clock.

    ``unheard`` are the player's words that have not been written down yet; ``heard`` holds how much of each open
    cue the running player has reported; ``absent`` why cues may have passed before the player ran; ``trouble``
    the last failure.
    """

    begun: Begun
    play: Play
    absent: str
    start: float
    end: float
    errors: Path
    heard: dict[int, int]
    trouble: str = ""
    finished: bool = False
    failures: int = 0
    next_try: float = 0.0
    opened: bool = False
    last_word: float = 0.0
    process: "subprocess.Popen[bytes] | None" = None
    unheard: deque[dict[str, Any]] = field(default_factory=deque)
    _rest: bytes = b""

    def launch(self, job: Job, now: float) -> None:
        """Start a player on ``job``."""
        with _log(self.errors) as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "radio.station.player"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": _module_path()},
            )
        os.set_blocking(self._out.fileno(), False)
        assert self.process.stdin is not None
        self._rest, self.opened, self.last_word = b"", False, now
        try:
            self.process.stdin.write(job.to_line())
            self.process.stdin.flush()
        except BrokenPipeError:
            return  # it died at once; `ended` will tell

    @property
    def _out(self) -> IO[bytes]:
        assert self.process is not None and self.process.stdout is not None
        return self.process.stdout

    @property
    def output(self) -> int | None:
        """The descriptor to wait on, while a player runs."""
        return self._out.fileno() if self.process else None

    def listen(self, now: float) -> None:
        """Put what the player has said since the last call behind `unheard`."""
        if self.process is None:
            return
        while chunk := self._out.read(65536):
            self._rest += chunk
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            self.last_word = now
            message: dict[str, Any] = json.loads(line)
            self.opened |= message["event"] == "open"
            self.unheard.append(message)

    @property
    def running(self) -> bool:
        """Whether a player's process is there, alive or not yet buried."""
        return self.process is not None

    @property
    def exit_code(self) -> int | None:
        """How the player's process ended; None while it lives or where there is none."""
        return self.process.poll() if self.process else None

    def hung(self, now: float) -> bool:
        """Whether the player has to be ended: no word for too long, or the slot is long over."""
        if self.process is None:
            return False
        patience = SILENT_PLAYER if self.opened else SLOW_PLAYER
        return now > max(self.last_word, self.start) + patience or now > self.end + OVERTIME

    def stop(self) -> None:
        """End the player's process, whatever it is doing."""
        self.unheard.clear()
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process = None

    def failed(self, reason: str, now: float) -> None:
        """Note a failure and when to try again."""
        self.trouble = reason or _("the player stopped")
        self.next_try = now + RETRY[min(self.failures, len(RETRY) - 1)]
        self.failures += 1


def _log(path: Path) -> IO[bytes]:
    """Where the player's own complaints go; nowhere when the folder cannot be written."""
    try:
        return path.open("wb")
    except OSError:
        return Path(os.devnull).open("wb")


def _module_path() -> str:
    """The child must find this very program, installed or not."""
    here = str(Path(__file__).parents[2])
    inherited = os.environ.get("PYTHONPATH")
    return f"{here}{os.pathsep}{inherited}" if inherited else here
