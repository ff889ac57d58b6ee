"""The README's commands are the ones that are run."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_ci_runs_exactly_the_test_command_of_the_readme():
    """The line that .ci/run cuts out of the README is there, and is a command that start.py knows."""
    sed = re.search(r"sed -n '(.+)' README\.md", (ROOT / ".ci" / "run").read_text())
    assert sed
    found = subprocess.run(
        ["sed", "-n", sed[1], "README.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "python3 start.py test"


def test_every_command_has_help_in_the_operators_words():
    """Each command explains itself, in Vietnamese by default."""
    import sys

    from radio.cli import COMMANDS

    for name in COMMANDS:
        result = subprocess.run(
            [sys.executable, "-m", "radio.cli", name, "--help"], capture_output=True, text=True, check=True
        )
        assert len(result.stdout) > 80, name
