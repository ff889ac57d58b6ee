"""The real agent and its real memory in simulated time: clocks that can be stepped, a player that only reckons.

The simulated player speaks the real one's language and notes what it would have made heard, at the *true* time,
so that what the log claims can be compared with what was rendered.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from radio.package import RATE, Manifest, serialise
from radio.station.agent import Agent, Settings
from radio.station.asrun import Row, database, rows
from radio.station.job import Job
from radio.station.session import Session
from radio.station.store import Store, open_store
from radio.station.timekeeper import Clock
from radio.trust.memory import Memory
from tests.station.world import ZONE

NOBODY = Memory(b"", {})


@dataclass(frozen=True)
class Heard:
    """An item, and the true time from and to which it was made heard."""

    item: str
    start: datetime.datetime
    end: datetime.datetime


@dataclass
class World:
    """One machine. ``true`` is the real time; its clock says ``offset`` more; ``synchronised``: the kernel's word."""

    true: datetime.datetime
    offset: datetime.timedelta = datetime.timedelta()
    synchronised: bool = True
    rtc: bool = False
    boot: int = 1
    booted: datetime.datetime = field(init=False)
    heard: list[Heard] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.booted = self.true

    @property
    def shown(self) -> datetime.datetime:
        """What the machine's clock says; it cannot show what no calendar has."""
        return (self.true + self.offset).astimezone(datetime.UTC)

    @property
    def uptime(self) -> float:
        """Seconds since the machine was switched on."""
        return (self.true - self.booted).total_seconds() + 1000.0

    @property
    def clock(self) -> Clock:
        """The machine's clocks, as the agent reads them."""
        return Clock(
            now=lambda: self.shown,
            monotonic=lambda: self.uptime,
            uptime=lambda: self.uptime,
            synchronised=lambda: self.synchronised,
            rtc=lambda: self.shown if self.rtc else None,
            boot=lambda: str(self.boot),
        )

    def reboot(self) -> None:
        """Switched off and on: the monotonic clock begins anew."""
        self.boot += 1
        self.booted = self.true

    def session(self, **values: Any) -> Session:
        """A session with the simulated player."""
        made = Reckoned(**values)
        made.world = self
        return made


class Reckoned(Session):
    """A session whose player is simulated."""

    world: World
    _job: Job | None = None

    def launch(self, job: Job, now: float) -> None:
        self._job, self._since, self.last_word = job, now, now
        self._told: dict[int, str] = {}
        self.opened = True
        self.unheard.append({"event": "open", "output": "simulated"})

    @property
    def output(self) -> int | None:
        return None

    @property
    def running(self) -> bool:
        return self._job is not None

    @property
    def exit_code(self) -> int | None:
        return 0 if self.finished else None

    def listen(self, now: float) -> None:
        if self._job is None or self.finished:
            return
        self.last_word = now
        for cue in self._job.cues:
            begin, end = self._job.start + cue.start / RATE, self._job.start + cue.end / RATE
            first = max(begin, self._since)
            if first >= end or now < first or self._told.get(cue.number) == "ended":
                continue
            if cue.number not in self._told:
                self._told[cue.number] = "started"
                self.unheard.append({"event": "started", "cue": cue.number, "at": first})
            sounded = round((min(now, end) - first) * RATE)
            if now >= end:
                self._told[cue.number] = "ended"
                self.unheard.append({"event": "ended", "cue": cue.number, "at": end, "heard": sounded})
                self._render(cue.sha256, first, end)
            else:
                self.unheard.append({"event": "beat", "heard": {str(cue.number): sounded}})
        if now >= self._job.start + self._job.length / RATE:
            self.finished = True

    def stop(self) -> None:
        if self._job is not None and not self.finished:
            now = self.world.uptime
            for cue in self._job.cues:
                begin = max(self._job.start + cue.start / RATE, self._since)
                if self._told.get(cue.number) == "started" and begin < now:
                    self._render(cue.sha256, begin, now)
        self.unheard.clear()
        self._job = None

    def _render(self, item: str, begin: float, end: float) -> None:
        def true(uptime: float) -> datetime.datetime:
            return self.world.true + datetime.timedelta(seconds=uptime - self.world.uptime)

        self.world.heard.append(Heard(item, true(begin), true(end)))


class Simulation:
    """An agent in a world, driven from moment to moment."""

    def __init__(self, folder: Path, world: World, **settings: Any) -> None:
        self.folder, self.world = folder, world
        folder.mkdir(exist_ok=True)
        self._settings = Settings(folder, "xa-1", poll=120.0, **settings)
        self.store: Store
        self.agent: Agent
        self.start()

    def start(self) -> None:
        """The agent begins, with what its memory holds."""
        self.store, _aside = open_store(database(self.folder))
        self.agent = Agent(
            self._settings, self.world.clock, self.world.said.append, self.store, None, self.world.session
        )

    def end(self) -> None:
        """The agent dies without a word; what sounds is cut."""
        for session in self.agent._air.sessions.values():
            session.stop()
        self.store.close()

    def believe(self, *manifests: Manifest) -> None:
        """The centre's manifests, as if their signatures had been checked."""
        self.store.believe(NOBODY, [(day, serialise(day)) for day in manifests], self.world.shown)
        with self.store.transaction() as db:
            db.execute("DELETE FROM trust WHERE name = 'root'")

    def until(self, moment: datetime.datetime, each: Callable[[], None] | None = None) -> None:
        """Let time pass, turn by turn, as the agent asks to be woken; a player's word wakes it too."""
        while self.world.true < moment:
            pause = self.agent.turn()
            if each:
                each()
            if self.agent._air.sessions:
                pause = min(pause, 1.0)
            step = datetime.timedelta(seconds=max(pause, 0.001))
            self.world.true = min(moment, self.world.true + step)
        self.agent.turn()

    def rows(self, date: datetime.date) -> list[Row]:
        """The as-run rows of a date, as others read them."""
        return rows(database(self.folder), date)

    def begun_at(self, item: str) -> list[str]:
        """True times at which an item began to be heard, in the station's zone."""
        return [f"{one.start.astimezone(ZONE):%d %H:%M:%S}" for one in self.world.heard if one.item == item]
