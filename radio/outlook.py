"""What a build would know, without building: bulletins with known or estimated lengths, and each station's past."""

import datetime
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from .config import Station
from .day import Past
from .estimate import estimated_seconds
from .history import History, Withdrawal
from .house import OpenHouse, Ready
from .programme import Offer
from .store import Store


@dataclass(frozen=True)
class Outlook:
    """The house as later days will find it: what is withdrawn, what communes chose, what aired, known lengths."""

    opened: OpenHouse
    lengths: dict[str, float]
    withdrawn: dict[str, Withdrawal]
    past: Callable[[Station], Past]

    def offer(self, ready: Ready) -> Offer:
        """The bulletin with its length: known where its item was made before."""
        seconds = self.lengths.get(ready.content)
        if seconds is None:
            seconds = estimated_seconds(self.opened, ready)
        return Offer(ready.bulletin, seconds, ready.expiry.at if ready.expiry else None)

    def offers(self, drafts: bool) -> list[Offer]:
        """Everything that may air on some day; with ``drafts`` as if all were approved."""
        return [
            self.offer(ready)
            for ready in self.opened.scripts
            if ready.spoken
            and ready.bulletin.level != "emergency"
            and ready.bulletin.id not in self.withdrawn
            and (drafts or ready.standing == "approved")
        ]


def outlook(opened: OpenHouse, date: datetime.date) -> Outlook:
    """What is known for days from ``date`` on; nothing where nothing was ever built."""
    if not (opened.state / "centre.db").is_file():
        return Outlook(opened, {}, {}, lambda _station: Past())
    with closing(Store(opened.state)) as store:
        history = History(store.engine)
        last, chosen = history.last(date), history.chosen()
        said, lengths = history.withdrawals(), history.lengths()
    contents = {ready.bulletin.id: ready.content for ready in opened.scripts}
    withdrawn = {name: said[name, content] for name, content in contents.items() if (name, content) in said}

    def past(station: Station) -> Past:
        mine = last.get(station.id, {})
        wanted = {name for name, content in chosen.get(station.id, ()) if contents.get(name) == content}
        return Past(mine, set(mine), wanted)

    return Outlook(opened, lengths, withdrawn, past)
