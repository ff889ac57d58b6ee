"""What a person at the station orders: stop everything, go on. Files in the state folder, so that it holds
across restarts and needs no running agent; a signal makes the agent look at once."""

import contextlib
import fcntl
import os
import signal
from pathlib import Path

from ..files import write_text

STOPPED = "stopped"
LOCK = "agent.lock"


def stop(state: Path, who: str) -> None:
    """Nothing sounds any more, emergencies neither, until `resume`."""
    write_text(state / STOPPED, f"{who}\n")
    wake(state)


def resume(state: Path) -> bool:
    """Let the station play again; False if it was not stopped."""
    try:
        (state / STOPPED).unlink()
    except FileNotFoundError:
        return False
    wake(state)
    return True


def stopped(state: Path) -> str | None:
    """Who has stopped the station; None if nobody has."""
    try:
        return (state / STOPPED).read_text("utf-8").strip()
    except OSError:
        return None


def agent(state: Path) -> int | None:
    """The process id of the agent that serves this folder; None if none does.

    Asked with a shared lock, so that nothing is written and no number of a process long gone is believed.
    """
    try:
        with (state / LOCK).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read(20))
    except (OSError, ValueError):
        pass
    return None


def wake(state: Path) -> None:
    """Make the agent look at its folder and its memory now."""
    if (process := agent(state)) is not None:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGUSR1)
