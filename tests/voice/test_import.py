"""What importing the package costs."""

import subprocess
import sys


def test_engines_load_late() -> None:
    """Importing the package and opening a studio loads no codec, no engine and no network library."""
    program = (
        "import sys; from pathlib import Path; from radio.voice import open_studio;"
        "print([name for name in ('av', 'gtts', 'requests', 'espeakng_loader') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
