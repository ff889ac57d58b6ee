"""The agent: waits for the next moment, gives slots to the player, writes down what happened.

It sleeps in one `select` between moments and looks at the folder every few seconds. It needs nothing but the
standard library, so a station that waits costs next to nothing.
"""

import datetime
import os
import select
import signal
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from ..files import Busy, exclusive
from ..i18n import _
from ..package import Manifest
from ..problem import RadioError
from . import cutin
from .asrun import AsRun, database
from .control import LOCK, stopped
from .emergencies import Emergencies
from .facts import Facts
from .held import held
from .hooks import Amplifier
from .inbox import NEIGHBOURS, Inbox
from .job import Output
from .ladder import Answer, Begun, Missed, Play, Silence, decide, quiet
from .notify import Notifier
from .onair import OnAir, Sound
from .session import Session
from .store import Store, open_store
from .timekeeper import Clock, Timekeeper

LEAD = datetime.timedelta(seconds=10)
"""How long before its start a slot is given to the player."""

POLL = 5.0
"""Seconds between two looks at the folder; also the longest sleep, so a stepped clock is soon noticed."""

SWITCH_OFF = datetime.timedelta(seconds=60)
"""The amplifier stays on through a silence shorter than this."""

CUT_IN_READY = datetime.timedelta(seconds=1.4)
"""From the decision to the first sample of an emergency: what the player needs when it hurries."""

LIFE = 30.0
"""Seconds without a word from a player after which the service manager is no longer told that all is well."""

REJOIN = 60.0
"""Seconds between two tries to write the memory into its file again."""


@dataclass(frozen=True)
class Settings:
    """What the station was started with. ``once``: leave after one slot; ``until``: leave at that moment.

    ``vouched``: a person has started it and answers for the clock. ``before`` and ``after`` are the commands
    around the sound, each given ``hook_seconds``. ``poll``: the longest sleep.
    """

    folder: Path
    station: str
    output: Output = "auto"
    device: str = ""
    once: bool = False
    until: datetime.datetime | None = None
    vouched: bool = False
    before: str = ""
    after: str = ""
    hook_seconds: float = 20.0
    poll: float = POLL


def run(settings: Settings, clock: Clock, say: Callable[[str], None]) -> int:
    """Serve a folder until told to stop (SIGTERM, SIGINT, ``until``, ``once``); ``say`` gets each line to show.

    0: all that was given to the player was heard in full; 1: something was not. Raises `RadioError` when the
    folder is not there or another agent has it.
    """
    state = database(settings.folder).parent
    if not settings.folder.is_dir():
        raise RadioError(_("there is no folder %(folder)s") % {"folder": settings.folder})
    try:
        with ExitStack() as stack:
            _alone(stack, state)
            store, aside = open_store(database(settings.folder))
            stack.enter_context(closing(store))
            wake, stopping = stack.enter_context(_signals())
            notifier = stack.enter_context(closing(Notifier()))
            agent = Agent(settings, clock, say, store, notifier)
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


def _alone(stack: ExitStack, state: Path) -> None:
    """Hold the folder's lock; where the folder takes none, one beside it in the machine's temporary folder."""
    try:
        state.mkdir(mode=0o700, exist_ok=True)
        stack.enter_context(exclusive(state / LOCK))
    except OSError:
        name = str(state.absolute()).strip("/").replace("/", "-")
        stack.enter_context(exclusive(Path(tempfile.gettempdir()) / f"radio-{name}.lock"))


@contextmanager
def _signals() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A descriptor that becomes readable on a signal, and a question whether it was one to end on.

    SIGTERM and SIGINT end, SIGUSR1 only wakes.
    """
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    came: list[int] = []
    endings = (signal.SIGTERM, signal.SIGINT)
    kept = {number: signal.getsignal(number) for number in (*endings, signal.SIGUSR1)}
    previous = signal.set_wakeup_fd(writer)
    for number in kept:
        signal.signal(number, lambda which, _frame: came.append(which))
    try:
        yield reader, lambda: any(number in endings for number in came)
    finally:
        signal.set_wakeup_fd(previous)
        for number, handler in kept.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


class Agent:
    """The station's life between two starts."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        say: Callable[[str], None],
        store: Store,
        notifier: Notifier | None = None,
        session: Callable[..., Session] = Session,
    ) -> None:
        self._settings, self._clock, self._say, self._store = settings, clock, say, store
        self._notifier = notifier or Notifier("")
        self._facts = Facts(store)
        self._keeper = Timekeeper(clock, self._facts, store.floor, settings.vouched)
        self._emergencies = Emergencies(store)
        self._asrun = AsRun(store)
        self._inbox = Inbox(settings.folder, settings.station, store, self.note)
        if last := store.last_good(datetime.date.max):
            self._inbox.zone = ZoneInfo(last.timezone)  # none of the days around now may have a playlist
        self._amplifier = Amplifier(settings.before, settings.after, settings.hook_seconds, self.note)
        sound = Sound(settings.folder, settings.output, settings.device)
        self._air = OnAir(
            sound, self._keeper.now, clock.monotonic, self._asrun, self.note, self._settle, session
        )
        self._begun = store.begun()
        oldest = self._keeper.now().date() - datetime.timedelta(days=2 * NEIGHBOURS)
        self._over = store.over(oldest)
        self._told: dict[str, str] = {}
        self._held: dict[datetime.date, tuple[Manifest, Manifest]] = {}
        self._next_rejoin = 0.0
        self._nothing_to_come = False

    def note(self, text: str) -> None:
        """Say a line, after it is in the journal; a journal that cannot be written is said too."""
        now = self._keeper.now()
        try:
            self._store.note(now, text)
        except sqlite3.Error as error:
            self._say(_("the journal cannot be written: %(error)s") % {"error": error})
        self._say(f"{now.astimezone(self._inbox.zone):%Y-%m-%d %H:%M:%S}  {text}")

    def _note_once(self, subject: str, text: str) -> None:
        """Say a line about something that lasts, when it changes."""
        if self._told.get(subject, "") != text:
            self._told[subject] = text
            if text:
                self.note(text)

    def serve(self, wake: int, stopping: Callable[[], bool]) -> int:
        """Work until a reason to leave comes up; what plays then is broken off."""
        self._notifier.tell("READY=1")
        while not stopping():
            pause = self.turn()
            if self._leaving():
                break
            select.select([wake, *self._air.outputs], [], [], max(pause, 0.0))
            _drain(wake)
        self._notifier.tell("STOPPING=1")
        self._air.cut(_("the station was stopped"))
        self._amplifier.close()
        if self._settings.once and not self._air.slots_played:
            self.note(_("no slot was played"))
            return 1
        return 0 if self._air.all_heard else 1

    def turn(self) -> float:
        """Do what is due. Returns the seconds that may be slept; where the memory fails, the work goes on."""
        try:
            pause = self._turn()
        except (sqlite3.OperationalError, OSError) as error:
            if isinstance(error, sqlite3.OperationalError) and not self._store.escaped:
                self._store.escape()
                self._next_rejoin = self._clock.monotonic() + REJOIN
                pause = 0.0
            else:
                pause = POLL
            self.note(_("the station cannot work as it should: %(error)s") % {"error": error})
        self._rejoin()
        if self._air.lives(LIFE):
            self._notifier.tell("WATCHDOG=1")
        return pause

    def _rejoin(self) -> None:
        """Say that nothing can be kept, and try to keep it again."""
        if not self._store.escaped:
            return
        self._note_once(
            "memory",
            _("the station's memory cannot be written: it plays on, and keeps its log only until it stops"),
        )
        if self._clock.monotonic() >= self._next_rejoin:
            self._next_rejoin = self._clock.monotonic() + REJOIN
            if self._store.rejoin():
                self._told.pop("memory")
                self.note(_("the station's memory can be written again; nothing is lost"))

    def _leaving(self) -> bool:
        if self._settings.until and self._keeper.now() >= self._settings.until:
            return True
        if not self._settings.once or self._air.sessions:
            return False
        return self._air.slots_played > 0 or self._nothing_to_come

    def _turn(self) -> float:
        self._air.attend()
        self._amplifier.look()
        belief = self._keeper.look()
        now = self._keeper.now()
        if self._told.get("clock") != (said := _("clock: %(reason)s") % {"reason": belief.reason}):
            self._note_once("clock", said)
            self._facts.put("clock", belief.reason)
        days = self._days(now, belief.trusted)
        cut_in = self._cut_in(now, belief.trusted)
        hindrance = self._hindrance(belief.trusted)
        if belief.trusted:
            self._close_stale(now)
        if stopped(self._state) is not None:
            self._air.cut(_("stopped by a person"))
            cut_in = None
        answer = self._ask(days, now, cut_in, hindrance)
        moment = self._give(answer, now)
        self._nothing_to_come = isinstance(answer.now, Silence) and answer.now.upcoming is None
        if moment - now <= LEAD and not cut_in:
            ahead = self._ask(days, moment, None, hindrance, settle=False).now
            if isinstance(ahead, Play) and ahead.start >= moment:
                self._play(ahead, now)
        self._switch(answer, now)
        return self._pause(moment, now)

    @property
    def _state(self) -> Path:
        return database(self._settings.folder).parent

    def _hindrance(self, trusted: bool) -> str:
        """Why nothing planned may sound now; empty if it may."""
        if (who := stopped(self._state)) is not None:
            reason = _("stopped by %(who)s") % {"who": who}
        else:
            reason = "" if trusted else _("the clock is not trusted: nothing planned sounds")
        self._note_once("hindrance", reason)
        return reason

    def _ask(
        self,
        days: tuple[Manifest, ...],
        now: datetime.datetime,
        cut_in: Begun | None,
        hindrance: str,
        settle: bool = True,
    ) -> Answer:
        """The ladder's answer for a moment; its missed slots are written down if the clock is to be trusted."""
        if not self._keeper.belief.trusted:
            return quiet(now, hindrance, cut_in)
        answer = decide(days, self._begun, self._over, now, cut_in=cut_in)
        if settle:
            for missed in answer.missed:
                self._miss(missed)
        return quiet(now, hindrance, cut_in) if hindrance else answer

    def _days(self, now: datetime.datetime, trusted: bool) -> tuple[Manifest, ...]:
        """The playlists around now; a day that has none lives on what an earlier one allows to repeat."""
        days = self._inbox.refresh(now)
        if not trusted:
            return days
        today = now.astimezone(self._inbox.zone).date()
        if any(day.date == today for day in days):
            self._held.pop(today, None)
            return days
        repeated = self._repeats(today, now)
        return tuple(sorted((*days, *repeated), key=lambda day: day.date))

    def _repeats(self, today: datetime.date, now: datetime.datetime) -> list[Manifest]:
        base = self._store.last_good(today)
        if base is None:
            return []
        if today not in self._held or self._held[today][0] != base:
            self._store.hold(today, base, now)
            self._held = {today: (base, held(base, today))}
            dates = {"date": today, "base": base.date}
            self.note(_("no playlist for %(date)s has come: what %(base)s allows is repeated") % dates)
        return [self._held[today][1]]

    def _cut_in(self, now: datetime.datetime, trusted: bool) -> Begun | None:
        """The emergency that sounds now, begun before it is returned."""
        entries = self._emergencies.open()
        zone, station = self._inbox.zone, self._settings.station
        for entry in entries:
            if entry.state == "waiting" and cutin.expired(entry, now, trusted):
                self._emergencies.settle(entry.cut_in.id)
                self.note(_("cut-in %(id)s came too late and is not played") % {"id": entry.cut_in.id})
        self._end_cut_ins(entries)
        chosen = cutin.first(entries, now, trusted)
        if chosen is None or stopped(self._state) is not None:
            return None
        start = chosen.start or now + CUT_IN_READY
        begun = cutin.to_begun(chosen.cut_in, start, station, zone, str(zone))
        key = begun.manifest.date, begun.slot.id
        if begun.end <= now and key not in self._air.sessions:
            self._asrun.close(begun, "missed", _("the station was not running"))
            self._emergencies.settle(chosen.cut_in.id)
            return self._cut_in(now, trusted)
        if chosen.start is None:
            self._emergencies.begin(chosen.cut_in.id, start)
        self._air.cut(_("an emergency cut in"), spare=key)
        return begun

    def _end_cut_ins(self, entries: list[cutin.Entry]) -> None:
        """Silence an emergency that was cancelled while it sounds."""
        alive = {cutin.slot_id(entry.cut_in) for entry in entries}
        for key, session in list(self._air.sessions.items()):
            if key[1].startswith(cutin.PREFIX) and key[1] not in alive:
                self._air.drop(key, _("it was cancelled"))
                self.note(_("slot %(slot)s: %(reason)s") % {"slot": session.begun.slot.id,
                                                           "reason": _("it was cancelled")})  # fmt: skip

    def _pause(self, moment: datetime.datetime, now: datetime.datetime) -> float:
        ahead = LEAD if moment - now > LEAD else datetime.timedelta()
        waits = [self._settings.poll, (moment - now - ahead).total_seconds()]
        if self._settings.until:
            waits.append((self._settings.until - now).total_seconds())
        monotonic = self._clock.monotonic()
        return min([*waits, *(moment - monotonic for moment in self._air.next_try)])

    def _give(self, answer: Answer, now: datetime.datetime) -> datetime.datetime:
        """Give what the ladder answers to a player, unless it has it. Returns when to ask the ladder again."""
        if isinstance(answer.now, Play):
            self._play(answer.now, now)
        return answer.now.until

    def _play(self, play: Play, now: datetime.datetime) -> None:
        full = self._settings.once and (self._air.slots_played or self._air.sessions)
        if play.key in self._air.sessions or full:
            return
        resumed = play.key in self._begun
        emergency = play.slot.id.startswith(cutin.PREFIX)
        if not resumed and not emergency:
            begun = Begun(play.manifest, play.slot, play.start)
            self._store.begin(begun)
            self._begun[play.key] = begun
        self._amplifier.wanted(on=True)
        self._air.open(play, self._absent(play, now, resumed))

    def _switch(self, answer: Answer, now: datetime.datetime) -> None:
        """Switch the amplifier off when nothing sounds and nothing will soon."""
        upcoming = answer.now.upcoming if isinstance(answer.now, Silence) else now
        if not self._air.sessions and (upcoming is None or upcoming - now > SWITCH_OFF):
            self._amplifier.wanted(on=False)

    @staticmethod
    def _absent(play: Play, now: datetime.datetime, resumed: bool) -> str:
        """Why items of a slot given to the player now may pass without it."""
        if resumed:
            return _("the station was not running")
        return play.reason if now > play.start else _("the player was not ready in time")

    def _settle(self, begun: Begun) -> None:
        """A slot is over, played or not: it never begins again."""
        key = begun.manifest.date, begun.slot.id
        if begun.slot.id.startswith(cutin.PREFIX):
            self._emergencies.settle(begun.slot.id.removeprefix(cutin.PREFIX))
            return
        self._store.settle(begun)
        self._begun.pop(key, None)
        self._over.add(key)

    def _close_stale(self, now: datetime.datetime) -> None:
        """Close slots that had begun and ended while no agent ran, or while something else sounded."""
        for key, begun in list(self._begun.items()):
            if begun.end <= now and key not in self._air.sessions:
                self._asrun.close(begun, "missed", _("the station was not running"))
                self._settle(begun)

    def _miss(self, missed: Missed) -> None:
        begun = Begun(missed.manifest, missed.slot, missed.slot.start)
        self._asrun.close(begun, missed.outcome, missed.reason)
        self._settle(begun)
        named = {"slot": missed.slot.id, "date": missed.manifest.date, "reason": missed.reason}
        self.note(_("slot %(slot)s of %(date)s is not played: %(reason)s") % named)


def _drain(wake: int) -> None:
    """Forget the signals that have been seen."""
    try:
        while os.read(wake, 64):
            pass
    except BlockingIOError:
        return
