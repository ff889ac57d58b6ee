"""A house's keys and what it signs with them: ``state/keys`` and ``state/repository``."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from ..i18n import _
from ..problem import RadioError
from . import ceremony, keys, roles
from .keys import Ask, KeyClosed
from .repository import Day, Repository

SIGNATURE_ALARM = datetime.timedelta(days=1)
"""How long before the last signed day ends somebody is told that a signature is waited for."""


@dataclass(frozen=True)
class KeyState:
    """One key: its name, its public half's id, and whether its private half is "open", "protected" or "absent"."""

    name: str
    key_id: str
    private: str


class Office:
    """Signing for one house. ``keys_folder`` may lie elsewhere, on a stick that only the approving officer has."""

    def __init__(self, state: Path, keys_folder: Path | None = None) -> None:
        self._own_keys = state / "keys"
        self.keys_folder = keys_folder or self._own_keys
        self.repository = Repository(state / "repository")

    def found(self, now: datetime.datetime, passphrases: Mapping[str, str] | None = None) -> bool:
        """Give the house its keys if it has none; True if that was needed.

        A key named in ``passphrases`` is protected by its passphrase. After an interruption the keys that were
        already made are used. All are made in ``state/keys``; `move_keys` takes them elsewhere.
        """
        if self.repository.exists:
            return False
        passphrases = passphrases or {}
        signers = {}
        for name in roles.KEYS:
            if keys.present(self._own_keys, name) == "absent":
                signers[name] = keys.create(self._own_keys, name, passphrases.get(name, ""))
            else:
                signers[name] = keys.load(self._own_keys, name, lambda one: passphrases.get(one, ""))
        ceremony.begin(self.repository, signers, now)
        return True

    def move_keys(self, folder: Path) -> None:
        """Take the private keys, but the online one, to another folder: a stick that is locked away."""
        for name in roles.KEYS:
            if name != roles.ONLINE:
                keys.move(self._own_keys, folder, name)
        self.keys_folder = folder

    def sign(
        self, days: Iterable[Day], stations: Sequence[str], now: datetime.datetime, ask: Ask | None = None
    ) -> int:
        """Sign days with the centre's key; returns how many files had to be signed. Raises `KeyClosed`."""
        centre = keys.load(self.keys_folder, roles.CENTRE, ask)
        if centre.public_key.keyid != ceremony.delegate_key(self.repository, roles.CENTRE).keyid:
            raise RadioError(_("the centre's key here is not the one in force: it was replaced"))
        return self.repository.sign(days, stations, centre, now)

    def commit(self, now: datetime.datetime) -> bool:
        """Put what was signed into force with the online key, which is always on this machine."""
        return self.repository.commit(keys.load(self._own_keys, roles.ONLINE), now)

    def states(self) -> tuple[KeyState, ...]:
        """Every key of the house, in the order of `roles.KEYS`."""
        ids = ceremony.key_ids(self.repository)
        return tuple(KeyState(name, ids[name], self._present(name)) for name in roles.KEYS)

    def replace(
        self, name: str, now: datetime.datetime, ask: Ask | None = None, passphrase: str = ""
    ) -> None:
        """Make a new key in the place of ``name``, sign again what the old one had signed, and destroy the old one.

        Needs two root keys other than the one that is replaced. Raises `RadioError` and changes nothing if they
        or (to sign the announced days again) the centre's key are not at hand.
        """
        roots = self._roots(name, ask)
        new = CryptoSigner.generate_ed25519()
        centre = new if name == roles.CENTRE else keys.load(self.keys_folder, roles.CENTRE, ask)
        place = self._own_keys if name == roles.ONLINE else self.keys_folder
        keys.protect(place, f"{name}.new", new, passphrase)  # before anything is signed by it
        ceremony.replace(self.repository, name, new, roots, now)
        self.repository.sign([], sorted(self.repository.stations()), centre, now)
        keys.promote(place, f"{name}.new", name)
        self.commit(now)

    def _roots(self, without: str, ask: Ask | None) -> dict[str, CryptoSigner]:
        found: dict[str, CryptoSigner] = {}
        for name in roles.ROOT_KEYS:
            if name != without and len(found) < roles.ROOT_THRESHOLD:
                try:
                    found[name] = keys.load(self.keys_folder, name, ask)
                except KeyClosed:
                    continue
        if len(found) < roles.ROOT_THRESHOLD:
            raise RadioError(
                _(
                    "two of the root keys have to be in %(folder)s and open: bring them, or give the passphrases"
                )
                % {"folder": self.keys_folder}
            )
        return found

    def _present(self, name: str) -> str:
        return keys.present(self._own_keys if name == roles.ONLINE else self.keys_folder, name)
