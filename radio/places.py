"""Where a station's package goes: a folder, or a folder on another machine over SFTP. Pure."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .i18n import _


@dataclass(frozen=True)
class Folder:
    """A local disk, a network share, a USB stick, or the folder that a web server gives out."""

    path: Path


@dataclass(frozen=True)
class Sftp:
    """A folder on another machine. ``host_key`` is that machine's public key: no other machine is sent anything."""

    host: str
    port: int
    user: str
    path: str
    host_key: str


Place = Folder | Sftp


class BadPlace(ValueError):
    """An address that cannot be pushed to; the text says why."""


def parse_place(root: Path, push: str, host_key: str) -> Place:
    """The place that ``push`` of the schedule means: ``sftp://user@host[:port]/folder``, else a folder of the house.

    Raises `BadPlace`.
    """
    if not re.match(r"[a-z0-9]+://", push):
        return Folder(root / push)
    try:
        parts = urlsplit(push)
        port = parts.port or 22
    except ValueError as error:
        raise BadPlace(_('"%s" is no address') % push) from error
    if parts.scheme != "sftp" or not parts.hostname or not parts.username or parts.password or parts.query:
        raise BadPlace(_('"%s" is no address; write sftp://user@host/folder, or a folder') % push)
    if not re.fullmatch(r"(ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa) [A-Za-z0-9+/]+={0,3}( .*)?", host_key):
        raise BadPlace(
            _(
                '%s needs "host_key", the public key of that machine: its file /etc/ssh/ssh_host_ed25519_key.pub'
            )
            % parts.hostname
        )
    return Sftp(
        parts.hostname, port, unquote(parts.username), unquote(parts.path).rstrip("/") or "/", host_key
    )
