"""All of a house's keys and what they have signed, in one file under a passphrase: the sealed recovery copy."""

import base64
import io
import os
import tarfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ..files import write_with
from ..i18n import _
from ..problem import RadioError

MAGIC = b"radio-keys-1\n"
COST = 1 << 16
"""Of scrypt: 64 MB and a fraction of a second for each guess at the passphrase."""
MAX_BYTES = 50_000_000
FOLDERS = ("keys", "repository")


def save(state: Path, target: Path, passphrase: str) -> None:
    """Write the backup of the folders `FOLDERS` of ``state`` to ``target``, which only its owner may read."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in FOLDERS:
            for path in sorted((state / name).rglob("*")):
                if path.is_file():
                    tar.add(path, str(path.relative_to(state)))
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, buffer.getvalue(), MAGIC)
    data = MAGIC + base64.encodebytes(salt + nonce + sealed)

    def fill(part: Path) -> None:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)

    write_with(target, fill)


def restore(source: Path, state: Path, passphrase: str) -> list[str]:
    """Put a backup back into ``state``; returns the names of the files written.

    Nothing that is there is replaced: raises `RadioError` if the house has keys, or the passphrase is wrong.
    """
    if any((state / name).exists() for name in FOLDERS):
        raise RadioError(_("this house has keys already; move state/keys and state/repository away first"))
    data = source.read_bytes()
    if len(data) > MAX_BYTES or not data.startswith(MAGIC):
        raise RadioError(_("%s is no backup of keys") % source)
    sealed = base64.decodebytes(data[len(MAGIC) :])
    try:
        plain = AESGCM(_key(passphrase, sealed[:16])).decrypt(sealed[16:28], sealed[28:], MAGIC)
    except InvalidTag as error:
        raise RadioError(_("the passphrase is wrong, or the backup is damaged")) from error
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        tar.extractall(state, filter="data")
        names = tar.getnames()
    (state / "keys").chmod(0o700)
    return names


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
