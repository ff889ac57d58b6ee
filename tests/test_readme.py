"""The README's commands are the ones that are run."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_ci_runs_exactly_the_test_command_of_the_readme():
    """The command that .ci/run takes from the README is there, alone on its line inside a block."""
    grep = re.search(r"grep -m1 -x '(.+)' README\.md", (ROOT / ".ci" / "run").read_text())
    assert grep and f"```\n{grep[1]}\n```" in (ROOT / "README.md").read_text()


def test_every_command_has_help_in_the_operators_words():
    """Each command explains itself, in Vietnamese by default."""
    import sys

    from radio.cli import COMMANDS

    for name in COMMANDS:
        result = subprocess.run(
            [sys.executable, "-m", "radio.cli", name, "--help"], capture_output=True, text=True, check=True
        )
        assert len(result.stdout) > 80, name
