"""A trusted Google on loopback, and studios whose preferred voice is served by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from radio.voice import ClipStore, Manner, Studio
from radio.voice.espeak import Espeak
from radio.voice.gtts import Gtts
from radio.voice.wire import Patience

from .google import HOST, Google

IMPATIENT = Patience(connect=1.0, read=1.0, clip=8.0, attempts=3, backoff=0.02, apart=0.0)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def google(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """The service, trusted by this process; every HTTPS request of it goes there."""
    service = Google(authority.issue_cert(HOST))
    through(monkeypatch, service.url)
    trust(monkeypatch, authority, tmp_path / "ca.pem")
    yield service
    service.close()


def through(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Send all HTTPS of this process through ``proxy``."""
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", proxy)


def trust(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, path: Path) -> None:
    """Let this process trust ``authority`` alone."""
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))


@pytest.fixture
def gtts() -> Gtts:
    return Gtts(Manner(), IMPATIENT)


@pytest.fixture
def store(tmp_path: Path) -> ClipStore:
    return ClipStore(tmp_path / "clips")


@pytest.fixture
def studio(gtts: Gtts, store: ClipStore) -> Studio:
    return Studio([gtts, Espeak(Manner())], store)
