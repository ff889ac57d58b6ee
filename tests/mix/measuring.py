"""Measuring finished files with ffmpeg, a tool that is not ours."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests import needs


@dataclass(frozen=True)
class Level:
    lufs: float
    dbtp: float
    lra: float


def level(path: Path) -> Level:
    """Integrated loudness, true peak and loudness range by ffmpeg's ebur128."""
    run = subprocess.run(
        [needs.program("ffmpeg"), "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        errors="replace",  # ffmpeg prints the tags' text, cut off where it likes
        check=True,
    )
    summary = run.stderr[run.stderr.rindex("Summary:") :]
    patterns = (r"I:\s+(\S+) LUFS", r"Peak:\s+(\S+) dBFS", r"LRA:\s+(\S+) LU")
    return Level(*(_number(pattern, summary) for pattern in patterns))


def momentary(path: Path) -> npt.NDArray[np.float64]:
    """Momentary loudness (0.4 s) every 0.1 s by ffmpeg's ebur128; the n-th ends at (n + 1) / 10 s."""
    meter = "ebur128=metadata=1,ametadata=print:key=lavfi.r128.M:file=-"
    run = subprocess.run(
        [needs.program("ffmpeg"), "-v", "error", "-i", path, "-af", meter, "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    values = [float(value) for value in re.findall(r"lavfi\.r128\.M=(\S+)", run.stdout)]
    return np.nan_to_num(np.array(values), nan=-120.0)  # digital silence is no number to ffmpeg


def samples(path: Path) -> npt.NDArray[np.float32]:
    """What ffmpeg decodes from a file: 48 kHz, one channel."""
    run = subprocess.run(
        [needs.program("ffmpeg"), "-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-ar", "48000", "-"],
        capture_output=True,
        check=True,
    )
    return np.frombuffer(run.stdout, dtype=np.float32)


def probe(path: Path) -> dict[str, Any]:
    """Format, tags and chapters as ffprobe reads them."""
    run = subprocess.run(
        [needs.program("ffprobe"), "-v", "error", "-of", "json", "-show_format", "-show_chapters", path],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, text
    return float(found[1])
