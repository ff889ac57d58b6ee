"""The station as a service: watchdog, hooks, a memory that cannot be written. The real program each time."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from radio.station.asrun import database, rows
from radio.station.hooks import Amplifier
from radio.station.notify import Notifier
from radio.station.store import open_store
from tests.station.test_agent import Nobody, status
from tests.station.world import Speaker, Station, make_item, make_manifest, make_slot, push, recording, soon


def test_the_service_manager_hears_of_start_life_and_end(tmp_path: Path) -> None:
    """On a real notify socket: READY, WATCHDOG again and again, STOPPING."""
    folder = tmp_path / "station"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        os.environ["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        try:
            agent = Station(folder, Nobody(tmp_path))
        finally:
            del os.environ["NOTIFY_SOCKET"]
        assert manager.recv(100) == b"READY=1"
        assert [manager.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2
        agent.process.send_signal(signal.SIGTERM)
        assert agent.wait() == 0
        rest = []
        while not rest or rest[-1] != b"STOPPING=1":
            rest.append(manager.recv(100))


def test_no_manager_and_one_that_is_gone_are_survived(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "gone"), "@gone"):
        notifier = Notifier(address)
        notifier.tell("READY=1")
        notifier.close()


def test_hooks_run_once_each_and_one_that_fails_or_hangs_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    log = tmp_path / "log"
    mark = shlex.join([sys.executable, "-c", f"open({str(log)!r}, 'a').write('on ')"])
    amplifier = Amplifier(mark, "false", 5, said.append)
    for _turn in range(3):
        amplifier.wanted(on=True)
    deadline = time.monotonic() + 30
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    amplifier.close()
    assert log.read_text() == "on " and len(said) == 1 and '"false" failed' in said[0]
    hanging = Amplifier("sleep 60", "no-such-program", 0.2, said.append)
    hanging.wanted(on=True)
    hanging.close()
    assert len(said) == 3 and "no-such-program" in said[1] and "hung" in said[2]


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A private sound server."""
    server = Speaker(tmp_path_factory.mktemp("pulse"))
    server.start()
    yield server
    server.kill()


def test_with_a_hook_that_hangs_and_a_memory_that_cannot_grow_it_plays_on(
    speaker: Speaker, tmp_path: Path
) -> None:
    """The agent may write no file (a limit by the kernel, as on a full card): all is heard, and it says so."""
    items = [make_item(71, 1.0)]
    slot = make_slot("sang", soon(9), items)
    push(tmp_path, make_manifest(slot.start.date(), [slot], items), items)
    with recording(speaker) as heard:
        agent = Station(tmp_path, speaker, "--once", "--before", "sleep 60", "--hook-seconds", "2")
        agent.wait_for("is accepted")
        time.sleep(0.3)
        subprocess.run(["prlimit", f"--pid={agent.process.pid}", "--fsize=16384"], check=True)
        assert agent.wait() == 0, agent.said
    heard.exact(items[0].sound)
    assert "plays on" in agent.said and "hung" in agent.said


def test_what_happened_without_the_file_is_in_it_afterwards(tmp_path: Path) -> None:
    """Escaped into the process's memory and back: lines of the journal from before, between and after."""
    store, _aside = open_store(database(tmp_path))
    store.note(soon(0), "before")
    store.escape()
    store.note(soon(0), "between")
    assert store.escaped and store.rejoin() and not store.escaped
    store.note(soon(0), "after")
    store.close()
    again, _aside = open_store(database(tmp_path))
    texts = again.connection.execute("SELECT text FROM journal ORDER BY id").fetchall()
    again.close()
    assert texts == [("before",), ("between",), ("after",)]


def test_stop_by_a_person_from_the_command_line(speaker: Speaker, tmp_path: Path) -> None:
    """Silent within a second or two of the command, though the agent would have slept longer."""
    items = [make_item(81, 20.0)]
    slot = make_slot("sang", soon(5), items)
    push(tmp_path, make_manifest(slot.start.date(), [slot], items), items)
    agent = Station(tmp_path, speaker)
    agent.wait_for("on air")
    command = [sys.executable, "-m", "radio.cli", "station", "stop", str(tmp_path), "--who", "ông Páo"]
    subprocess.run(command, check=True, capture_output=True)
    agent.wait_for("stopped by ông Páo", seconds=4)
    assert agent.children() == []
    assert "ông Páo" in status(tmp_path).stdout
    (row,) = rows(database(tmp_path), slot.start.date())
    assert row.outcome == "partial"
