"""Rare acts with the root keys: giving a house its keys, and putting a new key in the place of an old one."""

import datetime
from collections.abc import Mapping, Sequence

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import DelegatedRole, Delegations, Root, Targets

from ..i18n import _
from ..problem import RadioError
from . import roles
from .metadata import whole_second
from .repository import Repository, centre_role


def begin(repository: Repository, signers: Mapping[str, Signer], now: datetime.datetime) -> None:
    """The first root, who the centre is, and nothing announced. ``signers`` holds every key of `roles.KEYS`.

    Raises `RadioError` if the house has its keys already.
    """
    if repository.exists:
        raise RadioError(_("this house has its keys already"))
    root = Root(expires=whole_second(now + roles.ROOT_LASTS), consistent_snapshot=True)
    for name in roles.ROOT_KEYS:
        root.add_key(signers[name].public_key, "root")
        root.add_key(signers[name].public_key, "targets")
    root.roles["root"].threshold = root.roles["targets"].threshold = roles.ROOT_THRESHOLD
    for role in ("snapshot", "timestamp"):
        root.add_key(signers[roles.ONLINE].public_key, role)
    roots = [signers[name] for name in roles.ROOT_KEYS]
    centre, cut_in, files = signers[roles.CENTRE], signers[roles.CUT_IN], repository.files
    _name_delegates(repository, centre.public_key, cut_in.public_key, roots, now)
    files.write(roles.CENTRE, centre_role([], centre, now), [centre], now)
    files.write(roles.CUT_IN, _no_cut_ins(now), [cut_in], now)
    repository.commit(signers[roles.ONLINE], now)
    files.write("root", root, roots, now)  # last: with it the house has its keys


def replace(
    repository: Repository, name: str, new: Signer, roots: Mapping[str, Signer], now: datetime.datetime
) -> None:
    """Put the key ``new`` in the place of ``name``: from the next commit on, the old one is worth nothing.

    ``roots`` are the root keys at hand by name, at least `roles.ROOT_THRESHOLD` of them (not the one that is
    replaced, if it was stolen or lost). What the old key had signed has to be signed again: `Repository.sign` and
    `Repository.commit` do. Raises `RadioError` when there are too few root keys.
    """
    if len(roots) < roles.ROOT_THRESHOLD:
        raise RadioError(
            _("%(count)d of the three root keys have to be here") % {"count": roles.ROOT_THRESHOLD}
        )
    centre, cut_in = (delegate_key(repository, role) for role in (roles.CENTRE, roles.CUT_IN))
    signers = list(roots.values())
    if name == roles.CENTRE:
        centre = new.public_key
    elif name == roles.CUT_IN:
        cut_in = new.public_key
        repository.files.write(roles.CUT_IN, _no_cut_ins(now), [new], now)
    else:
        _replace_in_root(repository, name, new, signers, now)
        signers = [new if one == name else signer for one, signer in roots.items()]
        signers += [new] if name in roles.ROOT_KEYS and name not in roots else []
    if name != roles.ONLINE:
        _name_delegates(repository, centre, cut_in, signers, now)


def _replace_in_root(
    repository: Repository, name: str, new: Signer, signers: Sequence[Signer], now: datetime.datetime
) -> None:
    root = repository.files.root().signed
    old = key_ids(repository)[name]
    for role in ("root", "targets") if name in roles.ROOT_KEYS else ("snapshot", "timestamp"):
        root.revoke_key(old, role)
        root.add_key(new.public_key, role)
    root.expires = whole_second(now + roles.ROOT_LASTS)
    signers = [*signers, new] if name in roles.ROOT_KEYS else signers
    repository.files.write("root", root, signers, now)


def key_ids(repository: Repository) -> dict[str, str]:
    """The id of the public key in force under every name of `roles.KEYS`.

    A root key is known by its place: one that replaces another takes it over.
    """
    files = repository.files
    ids = list(files.root(1).signed.roles["root"].keyids)
    for version in range(2, files.newest("root") + 1):
        current = files.root(version).signed.roles["root"].keyids
        added = [one for one in current if one not in ids]
        ids = [one if one in current else added.pop(0) for one in ids]
    found = dict(zip(roles.ROOT_KEYS, ids, strict=True))
    found[roles.ONLINE] = files.root().signed.roles["timestamp"].keyids[0]
    return found | {role: delegate_key(repository, role).keyid for role in (roles.CENTRE, roles.CUT_IN)}


def delegate_key(repository: Repository, role: str) -> Key:
    """The public key of `roles.CENTRE` or `roles.CUT_IN`."""
    delegations = repository.files.targets("targets").signed.delegations
    assert delegations is not None and delegations.roles is not None
    return delegations.keys[delegations.roles[role].keyids[0]]


def _name_delegates(
    repository: Repository, centre: Key, cut_in: Key, roots: Sequence[Signer], now: datetime.datetime
) -> None:
    """Sign who the centre is and who may cut in."""
    found = {
        name: DelegatedRole(name, [key.keyid], 1, terminating=True, paths=list(paths))
        for name, key, paths in (
            (roles.CUT_IN, cut_in, roles.CUT_IN_PATHS),
            (roles.CENTRE, centre, roles.CENTRE_PATHS),
        )
    }
    delegations = Delegations({key.keyid: key for key in (centre, cut_in)}, found)
    content = Targets(delegations=delegations, expires=whole_second(now + roles.ROOT_LASTS))
    repository.files.write("targets", content, roots, now)


def _no_cut_ins(now: datetime.datetime) -> Targets:
    return Targets(expires=whole_second(now + roles.CENTRE_LASTS))
