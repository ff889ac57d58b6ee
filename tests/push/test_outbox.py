"""The outbox: newer days supersede, waits grow and differ, nothing is forgotten at a restart."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from radio.outbox import KEPT_DAYS, LONGEST_WAIT, Letter, Outbox, tried
from radio.store import Store

NOW = datetime.datetime(2026, 12, 1, 4, 0, tzinfo=datetime.UTC)
LETTER = Letter("xa-1", NOW.date(), 5, NOW + datetime.timedelta(hours=9), "pending", 0, NOW, NOW)
Open = Callable[[], Outbox]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Open]:
    """Opens the same outbox again, as after a restart."""
    with ExitStack() as stack:

        def begin() -> Outbox:
            stack.close()
            return Outbox(stack.enter_context(closing(Store(tmp_path))).engine)

        yield begin


def test_letters_survive_a_restart(start: Open) -> None:
    start().put([LETTER], NOW)
    assert start().letters(NOW.date()) == [LETTER]
    failed = tried(LETTER, "failed", "no answer", NOW, 0.5)
    start().update(failed)
    assert start().pending(NOW.date()) == [failed] and failed.detail == "no answer"


def test_a_newer_sequence_supersedes_and_an_older_one_changes_nothing(start: Open) -> None:
    outbox = start()
    outbox.put([LETTER], NOW)
    newer = replace(LETTER, sequence=6)
    outbox.put([newer], NOW)
    outbox.put([LETTER], NOW)
    assert outbox.letters(NOW.date()) == [newer]
    outbox.update(tried(LETTER, "pushed", "", NOW, 0.5))  # the older one arrives after all
    assert outbox.pending(NOW.date()) == [newer]


def test_what_is_delivered_is_not_pending_and_putting_it_again_does_not_make_it_so(start: Open) -> None:
    outbox = start()
    outbox.put([LETTER], NOW)
    outbox.update(tried(LETTER, "unchanged", "", NOW, 0.5))
    outbox.put([LETTER], NOW)
    assert outbox.pending(NOW.date()) == []


def test_after_a_week_offline_only_what_is_still_to_come_is_sent(start: Open) -> None:
    outbox = start()
    days = [replace(LETTER, date=NOW.date() + datetime.timedelta(days=number)) for number in range(8)]
    outbox.put(days, NOW)
    later = NOW.date() + datetime.timedelta(days=7)
    assert [one.date for one in outbox.pending(later)] == [later]
    outbox.put([], NOW + datetime.timedelta(days=KEPT_DAYS + 7))
    assert [one.date for one in outbox.letters(datetime.date.min)] == [later]


def test_waits_double_up_to_an_hour_and_chance_spreads_them() -> None:
    letter, waits = LETTER, []
    for _try in range(12):
        letter = tried(letter, "failed", "x", NOW, 0.5)
        waits.append(letter.due - NOW)
    assert waits[:4] == [datetime.timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-1] == LONGEST_WAIT and letter.tries == 12
    early, late = (tried(LETTER, "failed", "x", NOW, chance).due - NOW for chance in (0.0, 1.0))
    assert early == datetime.timedelta(seconds=45) and late == datetime.timedelta(seconds=75)


def test_waiting_for_a_signature_is_no_failed_try() -> None:
    waiting = tried(LETTER, "waiting", "sign", NOW, 0.5)
    assert (waiting.state, waiting.tries) == ("waiting", 0)
