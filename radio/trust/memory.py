"""What a station remembers of its centre. Standard library only, so that the waiting agent loads no cryptography."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Memory:
    """The newest trusted root, and the newest accepted metadata of every other role by its name."""

    root: bytes
    metadata: Mapping[str, bytes] = field(default_factory=dict)
