"""Set up this program in .venv and run it: ``python3 start.py`` is ``radio today`` on the sample house.

``python3 start.py COMMAND …`` runs any other radio command, ``python3 start.py test …`` the tests. Nothing but
Python is needed. Packages are installed once, and again when pyproject.toml changes; after that no network is
needed.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")


def main(arguments: list[str]) -> int:
    """Install what ``arguments`` need and run them; the exit code of what ran."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this very file is what an older Python would run)
        print(
            "Cần Python 3.11 trở lên / Python 3.11 or newer is needed:",
            sys.version.split()[0],
            file=sys.stderr,
        )
        return 1
    if arguments[:1] == ["test"]:
        install("test")
        return subprocess.call([str(BIN / "python"), "-m", "pytest", *arguments[1:]], cwd=HERE)
    install("")
    return subprocess.call(
        [str(BIN / "python"), "-m", "radio.cli", *(arguments or ["today", "--house", str(HERE)])]
    )


def install(extra: str) -> None:
    """Make .venv and install the program with ``extra`` into it, unless that was done for this pyproject.toml."""
    wanted = hashlib.sha256((HERE / "pyproject.toml").read_bytes()).hexdigest()
    mark = ENVIRONMENT / f".installed-{extra or 'main'}"
    if mark.is_file() and mark.read_text() == wanted:
        return
    if not (BIN / "python").exists():
        print("Đang tạo môi trường / creating .venv …", file=sys.stderr, flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    print("Đang cài đặt (một lần) / installing (once) …", file=sys.stderr, flush=True)
    target = f"{HERE}[{extra}]" if extra else str(HERE)
    subprocess.check_call([str(BIN / "python"), "-m", "pip", "install", "--quiet", "--editable", target])
    mark.write_text(wanted)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        print("Cài đặt không thành công / installing failed:", error, file=sys.stderr)
        sys.exit(1)
