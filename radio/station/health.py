"""How the machine is: what can be read of disk, heat, power and network. What cannot be read is None."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Health:
    """Free space where the station's folder lies; the hottest sensor; whether the supply is too weak now (None:
    nobody measures it); whether there is a way out to any network."""

    free_megabytes: int
    celsius: float | None
    under_voltage: bool | None
    network: bool


def read_health(folder: Path, root: Path = Path("/")) -> Health:
    """Read the machine whose system files lie under ``root``."""
    heats = [value / 1000 for value in _numbers(root, "sys/class/thermal/thermal_zone*/temp")]
    alarms = _numbers(root, "sys/class/hwmon/hwmon*/in0_lcrit_alarm")
    try:
        free = shutil.disk_usage(folder).free >> 20
    except OSError:
        free = 0
    return Health(free, max(heats, default=None), any(alarms) if alarms else None, _way_out(root))


def _numbers(root: Path, pattern: str) -> list[int]:
    found = []
    for path in sorted(root.glob(pattern)):
        with contextlib.suppress(OSError, ValueError):
            found.append(int(path.read_text()))
    return found


def _way_out(root: Path) -> bool:
    """Whether the kernel has a default route (destination and mask 0), by IPv4 or IPv6."""
    zero, six = "00000000", "0" * 32
    with contextlib.suppress(OSError):
        for line in (root / "proc/net/route").read_text().splitlines()[1:]:
            if line.split()[1] == zero and line.split()[7] == zero:
                return True
    with contextlib.suppress(OSError):
        for line in (root / "proc/net/ipv6_route").read_text().splitlines():
            words = line.split()
            if words[0] == six and words[1] == "00" and words[-1] != "lo":
                return True
    return False
