"""What is switched with the sound: commands before the first slot and after the last (an amplifier, a relay).

A command that fails or hangs never keeps the sound waiting: it is told, and ended when its time is up.
"""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..i18n import _


@dataclass
class _Running:
    command: str
    process: "subprocess.Popen[bytes]"
    deadline: float


class Amplifier:
    """Runs ``before`` when sound is about to begin and ``after`` when it has ended; commands are words, no shell.

    ``patience``: seconds that each may take. ``say`` is told of what went wrong.
    """

    def __init__(self, before: str, after: str, patience: float, say: Callable[[str], None]) -> None:
        self._before, self._after, self._patience, self._say = before, after, patience, say
        self._on = False
        self._running: list[_Running] = []

    def wanted(self, on: bool) -> None:
        """Sound is about to begin, or no more comes; called as often as one likes."""
        if on != self._on:
            self._on = on
            self._start(self._before if on else self._after)

    def look(self) -> None:
        """Hear the commands out, and end those whose time is up."""
        for entry in list(self._running):
            code = entry.process.poll()
            if code is None and time.monotonic() < entry.deadline:
                continue
            self._running.remove(entry)
            words = {"command": entry.command, "code": code, "seconds": self._patience}
            if code is None:
                entry.process.kill()
                entry.process.wait()
                self._say(_('the command "%(command)s" hung; it was ended after %(seconds).0f s') % words)
            elif code:
                self._say(_('the command "%(command)s" failed with code %(code)d') % words)

    def close(self) -> None:
        """The station stops: switch off, and wait as long as a command may take."""
        self.wanted(on=False)
        while self._running:
            self.look()
            time.sleep(0.02)

    def _start(self, command: str) -> None:
        if not command:
            return
        try:
            process = subprocess.Popen(
                shlex.split(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ},
            )
        except (OSError, ValueError) as error:
            self._say(_('the command "%(command)s" cannot be run: %(error)s')
                      % {"command": command, "error": error})  # fmt: skip
            return
        self._running.append(_Running(command, process, time.monotonic() + self._patience))
