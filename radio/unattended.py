"""The unattended centre: builds and pushes ahead of every slot, for as long as the machine is on.

APScheduler wakes it; each turn reads the house anew, so that an edited script or timetable needs no restart.
Nothing is remembered here: what was built and delivered is on disk, so a restart simply takes the next turn.
"""

import datetime
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from .config import House
from .files import Busy
from .house import open_house
from .i18n import _
from .mainjob import Outcome, Work, working
from .problem import RadioError
from .timetable import slots_on

RETRY_SECONDS = 300
"""When something failed, try again after this time, whatever else is planned."""

EVENING = datetime.time(20, 0)
"""When the days ahead are built even if no slot calls for it."""


def turns(house: House, after: datetime.datetime, ahead_minutes: int) -> list[datetime.datetime]:
    """The moments of the next two days at which to build, in order: ahead of each slot, and every evening. Pure."""
    ahead = datetime.timedelta(minutes=ahead_minutes)
    moments = set()
    for offset in range(3):
        date = after.date() + datetime.timedelta(days=offset)
        moments.add(datetime.datetime.combine(date, EVENING, tzinfo=house.zone))
        for station in house.station:
            moments |= {dated.start - ahead for dated in slots_on(house, station, date)}
    return sorted(moment for moment in moments if moment > after)


class Centre:
    """Runs turns until stopped. ``tell`` gets one line of text for each thing worth knowing."""

    def __init__(self, root: Path, ahead_minutes: int, days: int, tell: Callable[[str], object]) -> None:
        self._root = root
        self._ahead = ahead_minutes
        self._days = days
        self._tell = tell
        self._zone: datetime.tzinfo = datetime.UTC
        self._stopped = threading.Event()
        self._working = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=datetime.UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def run(self) -> None:
        """Take a turn now, then whenever one is due; return after `stop`."""
        # a house that cannot be used is said now, not at five in the morning
        self._zone = open_house(self._root).house.zone
        self._scheduler.start()
        self._plan(datetime.datetime.now(datetime.UTC))
        self._stopped.wait()
        # not wait=True: the scheduler would hold its lock while the turn in hand wants to plan the next one
        self._scheduler.shutdown(wait=False)
        with self._working:
            pass
        self._say(_("stopped"))

    def stop(self) -> None:
        """End `run` once the turn in hand is done. May be called from a signal handler."""
        self._stopped.set()

    def _plan(self, moment: datetime.datetime) -> None:
        self._scheduler.add_job(self._turn, DateTrigger(moment), id="turn", replace_existing=True)

    def _plan_retry(self, work: Work, now: datetime.datetime) -> None:
        """Try again what has not arrived when the outbox says so, without a build."""
        letters = work.dispatch.outbox.pending(now.date())
        if letters:
            self._retry_at(max(min(letter.due for letter in letters), now))

    def _retry_at(self, moment: datetime.datetime) -> None:
        self._scheduler.add_job(self._retry, DateTrigger(moment), id="retry", replace_existing=True)

    def _retry(self) -> None:
        """Deliver what is due of the outbox. Raises nothing."""
        with self._working:
            if not self._stopped.is_set():
                self._try_again()

    def _try_again(self) -> None:
        now = datetime.datetime.now(datetime.UTC)
        try:
            with working(self._root, lambda _what, _done, _total: None) as work:
                now = now.astimezone(work.opened.house.zone)
                for station, result in work.retry(now).items():
                    said = _("arrived") if result.outcome in ("pushed", "unchanged") else result.detail
                    self._say(f"{station}: {said}")
                self._plan_retry(work, now)
        except Busy:
            self._retry_at(now + datetime.timedelta(seconds=RETRY_SECONDS))
        except (RadioError, OSError) as error:
            self._say(_("the turn failed: %s") % error)
        except Exception:  # as in a turn: said whole, and the next turn delivers
            self._say(traceback.format_exc())

    def _turn(self) -> None:
        """One turn; the next is planned unless the service is to stop."""
        with self._working:
            failed = self._attempt()
            if not self._stopped.is_set():
                self._plan(self._next(failed))

    def _attempt(self) -> bool:
        """Build and push today and the days ahead; whether anything failed. Raises nothing."""
        try:
            return self._build_and_push()
        except Busy:
            self._say(_("another radio command is building in this house; trying again later"))
        except (RadioError, OSError) as error:
            self._say(_("the turn failed: %s") % error)
        except Exception:  # one bad day must not end the service: say it whole, and take the next turn
            self._say(traceback.format_exc())
        return True

    def _build_and_push(self) -> bool:
        with working(self._root, lambda _what, _done, _total: None) as work:
            for problem in work.opened.problems:
                self._say(str(problem))
            now = datetime.datetime.now(work.opened.house.zone)
            failed = False
            for offset in range(self._days + 1):
                if self._stopped.is_set():
                    break
                date = now.date() + datetime.timedelta(days=offset)
                built = work.build(date, now)
                outcome = Outcome(built, work.push(built.manifests, now))
                failed |= outcome.built.failed  # what has not arrived is the outbox's business
                self._report(outcome)
            for note in work.dispatch.notes:
                self._say(note)
            self._plan_retry(work, now)
            return failed

    def _report(self, outcome: Outcome) -> None:
        pushed = list(outcome.pushed.values())
        counts = {
            "date": outcome.built.date,
            "items": outcome.built.items_made,
            "new": sum(one.outcome == "pushed" for one in pushed),
            "same": sum(one.outcome == "unchanged" for one in pushed),
            "failed": sum(one.outcome == "failed" for one in pushed),
        }
        self._say(
            _("%(date)s: %(items)d items made; stations: %(new)d new, %(same)d unchanged, %(failed)d failed")
            % counts
        )
        for one in outcome.built.left_out:
            if one.failed:
                self._say(
                    _('"%(title)s" was left out: %(reason)s') % {"title": one.title, "reason": one.reason}
                )
        for station, result in outcome.pushed.items():
            if result.outcome == "failed":
                self._say(f"{station}: {result.detail}")
        waiting = sum(one.outcome == "waiting" for one in pushed)
        if waiting:
            self._say(
                _('waiting for signature: %(date)s for %(count)d stations: "radio sign"')
                % {"date": outcome.built.date, "count": waiting}
            )

    def _next(self, failed: bool) -> datetime.datetime:
        now = datetime.datetime.now(datetime.UTC)
        retry = now + datetime.timedelta(seconds=RETRY_SECONDS)
        try:
            due = turns(open_house(self._root).house, now, self._ahead)[0]
        except (RadioError, OSError, IndexError):
            return retry
        moment = min(due, retry) if failed else due
        self._say(_("next turn at %s") % moment.astimezone(self._zone).strftime("%d/%m/%Y %H:%M"))
        return moment

    def _say(self, text: str) -> None:
        self._tell(f"{datetime.datetime.now(self._zone):%Y-%m-%d %H:%M:%S} {text}")
