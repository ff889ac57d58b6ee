"""What a test needs beyond Python: skip with the reason, or fail where everything must be there.

``REQUIRE_ALL=1`` (set by ``.ci/run``, which installs ``tests/apt.txt``) turns each skip into a failure.
"""

import os
import shutil

import pytest


def missing(reason: str) -> None:
    """Skip the running test, or fail it under ``REQUIRE_ALL=1``."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1: {reason}", pytrace=False)
    pytest.skip(reason)


def program(name: str) -> str:
    """Path of an installed program; skips the test when there is none."""
    path = shutil.which(name)
    if path is None:
        missing(f"the program {name!r} is not installed (see tests/apt.txt)")
    assert path is not None
    return path
