"""The agent: waits for the next moment, gives slots to the player, writes down what happened.

It sleeps in one `select` between moments and looks at the folder every few seconds. It needs nothing but the
standard library, so a station that waits costs next to nothing.
"""

import datetime
import os
import select
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import Busy, exclusive
from ..i18n import _
from ..package import RATE
from ..problem import RadioError
from .asrun import FINAL, AsRun, database
from .inbox import NEIGHBOURS, Inbox, place
from .job import Job, JobCue, Output
from .ladder import Answer, Begun, Key, Missed, Play, Silence, decide
from .session import Session
from .store import Store, open_store

LEAD = datetime.timedelta(seconds=10)
"""How long before its start a slot is given to the player."""

POLL = 5.0
"""Seconds between two looks at the folder; also the longest sleep, so a stepped clock is soon noticed."""


@dataclass(frozen=True)
class Clock:
    """The machine's clocks: ``now`` with its offset from UTC, ``monotonic`` in seconds as the player reads it."""

    now: Callable[[], datetime.datetime]
    monotonic: Callable[[], float]


@dataclass(frozen=True)
class Settings:
    """What the station was started with. ``once``: leave after one slot; ``until``: leave at that moment."""

    folder: Path
    station: str
    output: Output = "auto"
    device: str = ""
    once: bool = False
    until: datetime.datetime | None = None


def run(settings: Settings, clock: Clock, say: Callable[[str], None]) -> int:
    """Serve a folder until told to stop (SIGTERM, SIGINT, ``until``, ``once``); ``say`` gets each line to show.

    0: all that was given to the player was heard in full; 1: something was not. Raises `RadioError` when the
    folder cannot be used or another agent has it.
    """
    state = database(settings.folder).parent
    if not settings.folder.is_dir():
        raise RadioError(_("there is no folder %(folder)s") % {"folder": settings.folder})
    try:
        state.mkdir(mode=0o700, exist_ok=True)
        with exclusive(state / "agent.lock"):
            store, aside = open_store(database(settings.folder))
            with closing(store), _signals() as (wake, stopping):
                agent = Agent(settings, clock, say, store)
                if aside:
                    agent.note(
                        _("the station's memory was damaged; it is kept as %(name)s") % {"name": aside.name}
                    )
                return agent.serve(wake, stopping)
    except Busy as error:
        raise RadioError(_("another agent serves this folder (process %(pid)s)") % {"pid": error}) from error
    except (OSError, sqlite3.OperationalError) as error:
        raise RadioError(
            _("the station's folder %(folder)s cannot be used: %(error)s")
            % {"folder": settings.folder, "error": error}
        ) from error


@contextmanager
def _signals() -> Any:
    """A descriptor that becomes readable on SIGTERM or SIGINT, and a question whether one came."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    came: list[int] = []
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    previous = signal.set_wakeup_fd(writer)
    for number in kept:
        signal.signal(number, lambda which, _frame: came.append(which))
    try:
        yield reader, lambda: bool(came)
    finally:
        signal.set_wakeup_fd(previous)
        for number, handler in kept.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


class Agent:
    """The station's life between two starts."""

    def __init__(self, settings: Settings, clock: Clock, say: Callable[[str], None], store: Store) -> None:
        self._settings, self._clock, self._say, self._store = settings, clock, say, store
        self._asrun = AsRun(store)
        self._inbox = Inbox(settings.folder, settings.station, store, self.note)
        self._sessions: dict[Key, Session] = {}
        self._begun = store.begun()
        oldest = clock.now().date() - datetime.timedelta(days=2 * NEIGHBOURS)
        self._over = store.over(oldest)
        self._all_heard = True
        self._slots_played = 0
        self._nothing_to_come = False

    def note(self, text: str) -> None:
        """Say a line, after it is in the journal; a journal that cannot be written is said too."""
        now = self._clock.now()
        try:
            self._store.note(now, text)
        except sqlite3.Error as error:
            self._say(_("the journal cannot be written: %(error)s") % {"error": error})
        self._say(f"{now.astimezone(self._inbox.zone):%Y-%m-%d %H:%M:%S}  {text}")

    def serve(self, wake: int, stopping: Callable[[], bool]) -> int:
        """Work until a reason to leave comes up; what plays then is broken off."""
        while not stopping():
            try:
                pause = self._turn()
            except (sqlite3.OperationalError, OSError) as error:
                self.note(_("the station cannot work as it should: %(error)s") % {"error": error})
                pause = POLL
            if self._leaving():
                break
            select.select([wake, *self._outputs()], [], [], max(pause, 0.0))
        for session in list(self._sessions.values()):
            self._break_off(session, _("the station was stopped"))
            session.stop()
        if self._settings.once and not self._slots_played:
            self.note(_("no slot was played"))
            return 1
        return 0 if self._all_heard else 1

    def _outputs(self) -> list[int]:
        found = (session.output for session in self._sessions.values())
        return [descriptor for descriptor in found if descriptor is not None]

    def _leaving(self) -> bool:
        if self._settings.until and self._clock.now() >= self._settings.until:
            return True
        if not self._settings.once or self._sessions:
            return False
        return self._slots_played > 0 or self._nothing_to_come

    def _turn(self) -> float:
        """Do what is due now. Returns the seconds that may be slept unless the player says something."""
        for session in list(self._sessions.values()):
            self._attend(session)
        now = self._clock.now()
        days = self._inbox.refresh(now)
        self._close_stale(now)
        answer = decide(days, self._begun, self._over, now)
        for missed in answer.missed:
            self._miss(missed)
        moment = self._give(answer, now)
        self._nothing_to_come = isinstance(answer.now, Silence) and answer.now.upcoming is None
        if moment - now <= LEAD:
            self._give(decide(days, self._begun, self._over, moment), now)
        return self._pause(moment, now)

    def _pause(self, moment: datetime.datetime, now: datetime.datetime) -> float:
        ahead = LEAD if moment - now > LEAD else datetime.timedelta()
        waits = [POLL, (moment - now - ahead).total_seconds()]
        if self._settings.until:
            waits.append((self._settings.until - now).total_seconds())
        monotonic = self._clock.monotonic()
        waits += [session.next_try - monotonic for session in self._sessions.values() if not session.process]
        return min(waits)

    def _give(self, answer: Answer, now: datetime.datetime) -> datetime.datetime:
        """Give what the ladder answers to a player, unless it has it. Returns when to ask the ladder again."""
        play = answer.now
        if isinstance(play, Play):
            full = self._settings.once and (self._slots_played or self._sessions)
            if play.key not in self._sessions and not full:
                self._open(play, now)
        return play.until

    def _open(self, play: Play, now: datetime.datetime) -> None:
        begun = Begun(play.manifest, play.slot, play.start)
        resumed = play.key in self._begun
        if not resumed:
            self._store.begin(begun)
            self._begun[play.key] = begun
        start = self._clock.monotonic() + (play.start - now).total_seconds()
        state = database(self._settings.folder).parent
        self._sessions[play.key] = session = Session(
            begun=begun,
            play=play,
            absent=self._absent(play, now, resumed),
            start=start,
            end=start + play.slot.length / RATE,
            errors=state / "player.log",
            heard={},
        )
        self.note(_("slot %(slot)s: %(reason)s") % {"slot": play.slot.id, "reason": play.reason})
        self._launch(session)

    @staticmethod
    def _absent(play: Play, now: datetime.datetime, resumed: bool) -> str:
        """Why items of a slot given to the player now may pass without it."""
        if resumed:
            return _("the station was not running")
        return play.reason if now > play.start else _("the player was not ready in time")

    def _launch(self, session: Session) -> None:
        begun = session.begun
        known = self._asrun.rows(session.play.key)
        done = {cue for cue, row in known.items() if row.outcome in FINAL}
        job = Job(
            start=session.start,
            length=begun.slot.length,
            volume=begun.slot.volume,
            output=self._settings.output,
            device=self._settings.device,
            cues=tuple(self._cues(begun, done)),
        )
        try:
            session.launch(job, self._clock.monotonic())
        except OSError as error:
            self._failed(session, _("the player cannot be started: %(error)s") % {"error": error})

    def _cues(self, begun: Begun, done: set[int]) -> list[JobCue]:
        items = {item.sha256: item for item in begun.manifest.items}
        return [
            JobCue(
                number=number,
                start=cue.start,
                path=str(place(self._settings.folder, items[cue.item])),
                length=items[cue.item].length,
                sha256=cue.item,
                offset=items[cue.item].offset,
                samples=items[cue.item].samples,
            )
            for number, cue in enumerate(begun.slot.cues)
            if number not in done
        ]

    def _attend(self, session: Session) -> None:
        """Hear the player out; end it, start it again or close its slot as needed."""
        now = self._clock.monotonic()
        for message in session.messages(now):
            self._hear(session, message)
        if session.hung(now):
            session.trouble = _("the player hung")
            session.stop()
            self._failed(session, session.trouble)
        elif session.process and session.process.poll() is not None:
            finished = session.finished and session.process.returncode == 0
            session.stop()
            if finished:
                self._close(session)
            else:
                self._failed(session, session.trouble)
        if session.process is None and session.play.key in self._sessions:
            if now >= session.end:
                self._close(session)
            elif now >= session.next_try:
                self._launch(session)

    def _failed(self, session: Session, reason: str) -> None:
        """The player is gone before its time: say so, write it to the cues it concerns, try again."""
        now = self._clock.monotonic()
        session.failed(reason, now)
        self._break_off(session, session.trouble)
        position = (now - session.start) * RATE
        for number, cue in enumerate(session.begun.slot.cues):
            if cue.start <= position:
                self._asrun.silent(session.begun, number, "error", session.trouble)
        self.note(_("NO SOUND: %(reason)s; trying again") % {"reason": session.trouble})

    def _break_off(self, session: Session, reason: str) -> None:
        at = self._wall(self._clock.monotonic())
        for cue, heard in session.heard.items():
            self._asrun.broken_off(session.begun, cue, at, heard, reason)
        if session.heard:
            self._all_heard = False
        session.heard = {}

    def _close(self, session: Session) -> None:
        """The slot is over: no cue stays without a final row."""
        session.stop()
        self._break_off(session, session.trouble)
        outcome = "error" if session.trouble else "missed"
        rows = self._asrun.close(session.begun, outcome, session.trouble or session.absent)
        self._settle(session.begun)
        del self._sessions[session.play.key]
        self._slots_played += 1
        played = sum(row.outcome == "played" for row in rows)
        self._all_heard &= played == len(rows)
        counts = {"slot": session.begun.slot.id, "played": played, "total": len(rows)}
        self.note(_("slot %(slot)s is over: %(played)d of %(total)d items were heard in full") % counts)

    def _settle(self, begun: Begun) -> None:
        key = begun.manifest.date, begun.slot.id
        self._store.settle(begun)
        self._begun.pop(key, None)
        self._over.add(key)

    def _close_stale(self, now: datetime.datetime) -> None:
        """Close slots that had begun and ended while no agent ran."""
        for key, begun in list(self._begun.items()):
            if begun.end <= now and key not in self._sessions:
                self._asrun.close(begun, "missed", _("the station was not running"))
                self._settle(begun)

    def _miss(self, missed: Missed) -> None:
        begun = Begun(missed.manifest, missed.slot, missed.slot.start)
        self._asrun.close(begun, missed.outcome, missed.reason)
        self._settle(begun)
        named = {"slot": missed.slot.id, "date": missed.manifest.date, "reason": missed.reason}
        self.note(_("slot %(slot)s of %(date)s is not played: %(reason)s") % named)

    def _wall(self, monotonic: float) -> datetime.datetime:
        """A moment of the monotonic clock as the time of day, in the playlist's zone."""
        ago = self._clock.monotonic() - monotonic
        return (self._clock.now() - datetime.timedelta(seconds=ago)).astimezone(self._inbox.zone)

    def _hear(self, session: Session, message: dict[str, Any]) -> None:
        """Write down, then say, what the player tells."""
        match message:
            case {"event": "open", "output": output}:
                session.failures = 0
                self.note(_("sound goes to %(output)s") % {"output": output})
            case {"event": "notice", "text": text}:
                self.note(text)
            case {"event": "started", "cue": cue, "at": at}:
                self._asrun.started(session.begun, cue, self._wall(at))
                session.heard[cue] = 0
                self._say_cue(session, cue, _("on air"))
            case {"event": "ended", "cue": cue, "at": at, "heard": heard}:
                session.heard.pop(cue, None)
                row = self._asrun.ended(session.begun, cue, self._wall(at), heard)
                if row.outcome != "played":
                    self._say_cue(session, cue, row.reason)
            case {"event": "refused", "cue": cue, "reason": reason}:
                self._asrun.silent(session.begun, cue, "refused", reason)
                self._say_cue(session, cue, reason)
            case {"event": "beat", "heard": heard}:
                session.heard.update((int(cue), count) for cue, count in heard.items())
            case {"event": "failed", "reason": reason}:
                session.trouble = reason
            case {"event": "finished"}:
                session.finished = True

    def _say_cue(self, session: Session, cue: int, text: str) -> None:
        title = session.begun.slot.cues[cue].title
        self.note(f"{session.begun.slot.id} {cue + 1}. {title}: {text}")
