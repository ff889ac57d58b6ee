"""The key with which the centre logs in to its stations: an ordinary SSH key in a file only its owner reads."""

import os
from pathlib import Path

import asyncssh

from ..files import write_with


def login_key(folder: Path) -> Path:
    """The private key's file in ``folder``, made when it is first needed. Its ``.pub`` goes to the stations."""
    path = folder / "push"
    if not path.is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = asyncssh.generate_private_key("ssh-ed25519", comment="radio push")
        write_with(path.with_name("push.pub"), lambda part: part.write_bytes(key.export_public_key()))

        def fill(part: Path) -> None:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(key.export_private_key())

        write_with(path, fill)
    return path


def public_line(folder: Path) -> str:
    """The line for a station's ``authorized_keys``; "" while no key was needed."""
    path = folder / "push.pub"
    return path.read_text("utf-8").strip() if path.is_file() else ""
