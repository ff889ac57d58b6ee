"""What every test of the station shares."""

import gc
from collections.abc import Iterator

import pytest

from tests.station.world import Station


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    yield
    Station.end_all()
    gc.collect()
