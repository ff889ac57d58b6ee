"""``radio station init``: the files it writes, judged by systemd itself."""

import os
import subprocess
import sys
from pathlib import Path

from tests import needs


def test_init_writes_a_unit_that_systemd_accepts(tmp_path: Path) -> None:
    """Into a folder for an image; a second call changes nothing; options of the amplifier reach the command."""
    analyze = needs.program("systemd-analyze")
    command = [sys.executable, "-m", "radio.cli", "station", "init", "/var/lib/radio", "--station", "xa-1"]
    command += [
        "--root",
        str(tmp_path),
        "--program",
        "/bin/true",
        "--user",
        "root",
        "--before",
        "gpioset 0 17=1",
    ]
    environment = {**os.environ, "RADIO_LANG": "en"}
    for _time in range(2):
        subprocess.run(command, check=True, env=environment, capture_output=True)
    unit = tmp_path / "etc/systemd/system/radio-station.service"
    text = unit.read_text()
    assert '--before "gpioset 0 17=1"' in text and "--clock strict" in text and "time-sync.target" not in text
    assert (tmp_path / "var/lib/radio/state").stat().st_mode & 0o777 == 0o700
    verified = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert verified.returncode == 0 and "radio-station" not in verified.stderr, verified.stderr
