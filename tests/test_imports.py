"""The direction of imports: data flows one way, and the station stands alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import radio

ROOT = Path(radio.__file__).parent

FOUNDATION = {"i18n", "problem", "files", "toml_places"}
MAY_IMPORT: dict[str, set[str]] = {
    "i18n": set(),
    "files": set(),
    "toml_places": set(),
    "problem": {"i18n"},
    "package": FOUNDATION,
    "reading": FOUNDATION,
    "calendar_vn": set(),
    "limits": {"i18n"},
    "schedule_values": {"i18n", "calendar_vn"},
    "schedule_tables": {"i18n", "limits", "package", "schedule_values"},
    "places": {"i18n"},
    "schedule_checks": FOUNDATION | {"limits", "places", "schedule_tables", "schedule_values", "script"},
    "config": FOUNDATION | {"schedule_checks", "schedule_tables", "schedule_values"},
    "script": FOUNDATION,
    "importing": FOUNDATION | {"script", "reading"},  # what is a Vietnamese syllable
    "spoken": FOUNDATION | {"script", "reading"},
    "approval": FOUNDATION | {"script", "spoken"},
    "voice": FOUNDATION | {"package"},
    "mix": FOUNDATION | {"package"},
    "timetable": FOUNDATION | {"calendar_vn", "config", "limits"},
    "frames": FOUNDATION | {"calendar_vn", "config", "timetable"},
    "programme": FOUNDATION | {"config", "script"},
    "day": FOUNDATION | {"config", "limits", "script", "timetable", "programme"},
    "playlist": FOUNDATION | {"config", "limits", "timetable", "package"},
    "house": FOUNDATION | {"approval", "config", "reading", "script", "spoken"},
    "production": FOUNDATION | {"config", "house", "mix", "reading", "script", "spoken", "voice"},
    "store": FOUNDATION,
    "history": FOUNDATION,
    "export": FOUNDATION | {"package"},
    "single": FOUNDATION | {"mix", "package"},
    "ics": FOUNDATION | {"config", "timetable"},
    "simulate": FOUNDATION | {"config", "day", "limits", "playlist", "programme", "timetable"},
    "estimate": FOUNDATION | {"config", "house", "spoken", "script"},
    "memory": FOUNDATION | {"config", "day", "history"},
    "outbox": FOUNDATION,
    "push": FOUNDATION | {"package", "places"},
    "trust": FOUNDATION | {"package"},
    "station": FOUNDATION | {"package", "trust"},
}
"""What each module of the path from script to station may import. Assembly (newsroom, mainjob, unattended) and
the command line may import anything but each other's private names."""

ASSEMBLY = {"newsroom", "outlook", "dispatch", "mainjob", "unattended", "cli"}


def imports(path: Path) -> set[str]:
    """Top-level names of our own package that a file imports, at any depth of the file."""
    package = ("radio", *path.relative_to(ROOT).with_suffix("").parts)
    if package[-1] == "__init__":
        package = package[:-1]
        here = package
    else:
        here = package[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            full = (*base, *(node.module or "").split(".")) if node.module else base
            names = [full] if len(full) > 1 else [(*full, alias.name) for alias in node.names]
            found |= {
                name[1]
                for name in names
                if name[:1] == ("radio",) and len(name) > 1 and name[1] != "__version__"
            }
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("radio.")}
    return found


def modules() -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        top = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if top != "__init__":
            files.setdefault(top, []).append(path)
    return files


def test_every_module_has_its_place():
    assert set(modules()) == set(MAY_IMPORT) | ASSEMBLY


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_imports_go_one_way(module):
    for path in modules()[module]:
        assert imports(path) - {module} <= MAY_IMPORT[module], path


def test_no_module_depends_on_itself_in_a_circle():
    def below(module: str, seen: frozenset[str] = frozenset()) -> set[str]:
        assert module not in seen, f"circle through {module}"
        direct = {name for path in modules()[module] for name in imports(path)} - {module}
        return direct.union(*(below(name, seen | {module}) for name in direct if name in MAY_IMPORT))

    for module in MAY_IMPORT:
        below(module)


def test_the_station_agent_loads_none_of_the_centre_and_no_codec():
    """A fresh process imports the agent and the station command: nothing heavy comes along."""
    heavy = ["numpy", "av", "pydantic", "sqlalchemy", "pydub", "gtts", "apscheduler", "rich", "miniaudio"]
    code = (
        "import sys; import radio.cli; radio.cli.main.get_command(None, 'station'); import radio.station.agent;"
        f"print([name for name in {heavy!r} if name in sys.modules],"
        " [name for name in sys.modules if name.startswith(('radio.reading', 'radio.mix', 'radio.voice',"
        " 'radio.newsroom', 'radio.config'))])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[] []"
