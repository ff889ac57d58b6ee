"""Run the real program in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def radio(*arguments: object, house: Path | None = None, lang: str = "en", check: int | None = 0, **env: str):
    """Run ``radio`` with arguments; fails the test when the exit code is not ``check`` (None: any)."""
    command = [sys.executable, "-m", "radio.cli", *map(str, arguments)]
    if house is not None:
        command += ["--house", str(house)]
    # a proxy that nobody serves: a test never reaches a real server by accident
    environment = {**os.environ, "RADIO_LANG": lang, "HTTPS_PROXY": "http://127.0.0.1:9", **env}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=240)
    if check is not None:
        assert result.returncode == check, f"{command}\n{result.stdout}\n{result.stderr}"
    return result


def data(*arguments: object, house: Path, check: int | None = 0, **env: str) -> Any:
    """What a command prints with ``--json``."""
    return json.loads(radio(*arguments, "--json", house=house, check=check, **env).stdout)
