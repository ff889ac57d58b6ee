"""The slots on air: each given to a player, heard out, started again when it fails, written into the log."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..i18n import _
from ..package import RATE
from .asrun import FINAL, AsRun, database
from .bundled import path_of
from .held import FILL
from .inbox import place
from .job import Job, JobCue, Output
from .ladder import Begun, Key, Play
from .session import Session


@dataclass(frozen=True)
class Sound:
    """How the station is heard: the folder with its items, the output and its device, a device to listen to."""

    folder: Path
    output: Output
    device: str


class OnAir:
    """The sessions that run. ``now`` is the believed time of day, ``monotonic`` the players' clock.

    ``over`` is told of every slot that has ended. ``session`` makes one (the simulation passes its own).
    """

    def __init__(
        self,
        sound: Sound,
        now: Callable[[], datetime.datetime],
        monotonic: Callable[[], float],
        asrun: AsRun,
        note: Callable[[str], None],
        over: Callable[[Begun], None],
        session: Callable[..., Session] = Session,
    ) -> None:
        self._sound, self._now, self._monotonic = sound, now, monotonic
        self._asrun, self._note, self._over, self._session = asrun, note, over, session
        self.sessions: dict[Key, Session] = {}
        self.all_heard = True
        self.slots_played = 0

    def open(self, play: Play, absent: str) -> None:
        """Give a slot to a player; ``absent`` says why items of it may have passed already."""
        begun = Begun(play.manifest, play.slot, play.start)
        start = self._monotonic() + (play.start - self._now()).total_seconds()
        self.sessions[play.key] = session = self._session(
            begun=begun,
            play=play,
            absent=absent,
            start=start,
            end=start + play.slot.length / RATE,
            errors=database(self._sound.folder).parent / "player.log",
            heard={},
        )
        self._note(_("slot %(slot)s: %(reason)s") % {"slot": play.slot.id, "reason": play.reason})
        self._launch(session)

    def cut(self, reason: str, spare: Key | None = None) -> None:
        """Silence everything but ``spare`` at once; the slots are not over and may go on later."""
        for key, session in list(self.sessions.items()):
            if key != spare:
                self._listen(session)
                self._break_off(session, reason)
                session.stop()
                del self.sessions[key]

    def drop(self, key: Key, reason: str) -> None:
        """Silence one slot at once and for good: its other cues are written down with the reason."""
        session = self.sessions[key]
        self._listen(session)
        session.trouble = session.absent = reason
        self._break_off(session, reason)
        session.stop()
        self._asrun.close(session.begun, "missed", reason)
        del self.sessions[key]

    def attend(self) -> None:
        """Hear every player out; end it, start it again or close its slot as needed."""
        for session in list(self.sessions.values()):
            self._attend(session)

    @property
    def outputs(self) -> list[int]:
        """Descriptors that become readable when a player speaks."""
        found = (session.output for session in self.sessions.values())
        return [descriptor for descriptor in found if descriptor is not None]

    @property
    def next_try(self) -> list[float]:
        """When players that failed are started again, on the monotonic clock."""
        return [session.next_try for session in self.sessions.values() if not session.running]

    def lives(self, patience: float) -> bool:
        """Whether the sound is looked after: every player has spoken lately, or is about to be replaced."""
        now = self._monotonic()
        return all(
            now <= max(session.last_word, session.start, session.next_try) + patience
            for session in self.sessions.values()
        )

    def _launch(self, session: Session) -> None:
        begun = session.begun
        known = self._asrun.rows(session.play.key)
        done = {cue for cue, row in known.items() if row.outcome in FINAL}
        job = Job(
            start=session.start,
            length=begun.slot.length,
            volume=begun.slot.volume,
            output=self._sound.output,
            device=self._sound.device,
            cues=tuple(job_cues(self._sound.folder, begun, done)),
            fill=fill_cues(self._sound.folder, begun),
        )
        try:
            session.launch(job, self._monotonic())
        except OSError as error:
            self._failed(session, _("the player cannot be started: %(error)s") % {"error": error})

    def _listen(self, session: Session) -> None:
        """Write down what the player said; what cannot be written now stays `unheard` for the next time."""
        session.listen(self._monotonic())
        while session.unheard:
            self._hear(session, session.unheard[0])
            session.unheard.popleft()

    def _attend(self, session: Session) -> None:
        now = self._monotonic()
        self._listen(session)
        if session.hung(now):
            session.trouble = _("the player hung")
            session.stop()
            self._failed(session, session.trouble)
        elif session.running and session.exit_code is not None:
            self._listen(session)
            finished = session.finished and session.exit_code == 0
            session.stop()
            if finished:
                self._close(session)
            else:
                self._failed(session, session.trouble)
        if not session.running and session.play.key in self.sessions:
            if now >= session.end:
                self._close(session)
            elif now >= session.next_try:
                self._launch(session)

    def _failed(self, session: Session, reason: str) -> None:
        """The player is gone before its time: say so, write it to the cues it concerns, try again."""
        now = self._monotonic()
        session.failed(reason, now)
        self._break_off(session, session.trouble)
        position = (now - session.start) * RATE
        for number, cue in enumerate(session.begun.slot.cues):
            if cue.start <= position:
                self._asrun.silent(session.begun, number, "error", session.trouble)
        self._note(_("NO SOUND: %(reason)s; trying again") % {"reason": session.trouble})

    def _break_off(self, session: Session, reason: str) -> None:
        at = self._wall(self._monotonic(), session)
        for cue, heard in session.heard.items():
            self._asrun.broken_off(session.begun, cue, at, heard, reason)
        if session.heard:
            self.all_heard = False
        session.heard = {}

    def _close(self, session: Session) -> None:
        """The slot is over: no cue stays without a final row."""
        session.stop()
        self._break_off(session, session.trouble)
        outcome = "error" if session.trouble else "missed"
        rows = self._asrun.close(session.begun, outcome, session.trouble or session.absent)
        self._over(session.begun)
        del self.sessions[session.play.key]
        self.slots_played += 1
        played = sum(row.outcome == "played" for row in rows)
        self.all_heard &= played == len(rows)
        counts = {"slot": session.begun.slot.id, "played": played, "total": len(rows)}
        self._note(_("slot %(slot)s is over: %(played)d of %(total)d items were heard in full") % counts)

    def _wall(self, monotonic: float, session: Session) -> datetime.datetime:
        """A moment of the monotonic clock as the time of day, in the playlist's zone."""
        ago = self._monotonic() - monotonic
        zone = session.begun.start.tzinfo
        return (self._now() - datetime.timedelta(seconds=ago)).astimezone(zone)

    def _hear(self, session: Session, message: Mapping[str, Any]) -> None:
        """Write down, then say, what the player tells."""
        match message:
            case {"event": "open", "output": output}:
                session.failures = 0
                self._note(_("sound goes to %(output)s") % {"output": output})
            case {"event": "notice", "text": text}:
                self._note(text)
            case {"event": "started", "cue": cue, "at": at}:
                self._asrun.started(session.begun, cue, self._wall(at, session))
                session.heard[cue] = 0
                self._say_cue(session, cue, _("on air"))
            case {"event": "ended", "cue": cue, "at": at, "heard": heard}:
                row = self._asrun.ended(session.begun, cue, self._wall(at, session), heard)
                session.heard.pop(cue, None)
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
        self._note(f"{session.begun.slot.id} {cue + 1}. {title}: {text}")


def job_cues(folder: Path, begun: Begun, done: set[int]) -> list[JobCue]:
    """What the player gets of a slot: every cue that is not ``done``, with where its bytes lie."""
    items = {item.sha256: item for item in begun.manifest.items}
    return [
        JobCue(
            number=number,
            start=cue.start,
            path=path_of(cue.item) or str(place(folder, items[cue.item])),
            length=items[cue.item].length,
            sha256=cue.item,
            offset=items[cue.item].offset,
            samples=items[cue.item].samples,
        )
        for number, cue in enumerate(begun.slot.cues)
        if number not in done
    ]


def fill_cues(folder: Path, begun: Begun) -> tuple[JobCue, ...]:
    """The day's music, to be heard in the place of an item that cannot be; never in an emergency."""
    manifest = begun.manifest
    wanted = dict.fromkeys(cue.item for slot in manifest.slots for cue in slot.cues if cue.kind == FILL)
    items = {item.sha256: item for item in manifest.items}
    return tuple(
        JobCue(-1, 0, str(place(folder, item)), item.length, item.sha256, item.offset, item.samples)
        for item in (items[sha256] for sha256 in wanted)
        if item.repeat_until > begun.start
    )
