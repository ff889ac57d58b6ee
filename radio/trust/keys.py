"""Private keys as files: Ed25519 in PKCS#8, only their owner reads them, a passphrase may protect them."""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner

from ..files import sync_folder, write_with
from ..i18n import _
from ..problem import RadioError

Ask = Callable[[str], str]
"""Asks a person for the passphrase of the key of that name."""


class KeyClosed(RadioError):
    """A private key that is not here, or that needs a passphrase nobody gave."""


def create(folder: Path, name: str, passphrase: str = "") -> CryptoSigner:
    """Make the key ``name`` in ``folder``. Raises `RadioError` if it is there already."""
    path = _path(folder, name)
    if path.exists():
        raise RadioError(_("there is a key %s already") % path)
    key = Ed25519PrivateKey.generate()
    _write(path, key, passphrase)
    return CryptoSigner(key)


def load(folder: Path, name: str, ask: Ask | None = None) -> CryptoSigner:
    """Open the key ``name``. Raises `KeyClosed`, and `RadioError` when others than its owner may read it."""
    path = _path(folder, name)
    try:
        data = path.read_bytes()
        if not protected(data) and path.stat().st_mode & 0o077:
            raise RadioError(_('others may read the key %(path)s: "chmod 600 %(path)s"') % {"path": path})
    except FileNotFoundError as error:
        raise KeyClosed(_("the key %s is not here") % path) from error
    passphrase = None
    if protected(data):
        if ask is None:
            raise KeyClosed(_("the key %s needs its passphrase") % path)
        passphrase = ask(name).encode()
    try:
        key = serialization.load_pem_private_key(data, passphrase)
    except (ValueError, TypeError) as error:
        raise KeyClosed(_("the key %s does not open: wrong passphrase, or damaged") % path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise RadioError(_("%s is not a key of this program") % path)
    return CryptoSigner(key)


def protect(folder: Path, name: str, signer: CryptoSigner, passphrase: str) -> None:
    """Write the key anew under a passphrase ("": under none)."""
    key = serialization.load_pem_private_key(signer.private_bytes, None)
    assert isinstance(key, Ed25519PrivateKey)
    _write(_path(folder, name), key, passphrase)


def move(folder: Path, to: Path, name: str) -> None:
    """Move a key file to another folder: written and synced there before it goes here."""
    data = _path(folder, name).read_bytes()
    _write_file(_path(to, name), data)
    _path(folder, name).unlink()
    sync_folder(folder)


def promote(folder: Path, new: str, name: str) -> None:
    """Put the key file ``new`` in the place of ``name``, whose private key is gone for good."""
    _path(folder, new).replace(_path(folder, name))
    sync_folder(folder)


def protected(data: bytes) -> bool:
    """Whether a key file's bytes are under a passphrase."""
    return b"ENCRYPTED" in data.split(b"\n", 1)[0]


def present(folder: Path, name: str) -> str:
    """How the key stands: "open", "protected" or "absent"."""
    path = _path(folder, name)
    if not path.is_file():
        return "absent"
    return "protected" if protected(path.read_bytes()) else "open"


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"


def _write(path: Path, key: Ed25519PrivateKey, passphrase: str) -> None:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    data = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    _write_file(path, data)


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def fill(part: Path) -> None:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)

    write_with(path, fill)
