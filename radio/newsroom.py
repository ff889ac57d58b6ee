"""The whole build of a day: approved scripts in, one manifest a station out. Read `Newsroom.build_day` first."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass, field, replace

from . import package, playlist
from .config import ClockPart, Station
from .day import SlotPlan, StationPlan, plan_station, sorted_offers, takes_turns
from .frames import fill
from .history import History, Withdrawal
from .house import SCHEDULE, OpenHouse, Ready
from .i18n import _
from .limits import nearest_words
from .memory import Memory, by_station, is_locked
from .mix.items import Item, ItemStore, make_item
from .mix.plan import ItemPlan, Source
from .mix.problems import MixError
from .playlist import Element
from .production import Production, house_logo
from .programme import Offer
from .script import LANGUAGES, Bulletin
from .store import Store
from .timetable import quiet_on, timetable_of
from .voice import Studio, VoiceError

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and out of how much."""

FILL_STEP_SECONDS = 5
"""Fill music comes in whole steps, so that stations share it; smaller ones where a short slot may differ less."""
FILL_LEAST_SECONDS = 10
"""Music shorter than this is not worth hearing, where the slot may be that much short without it."""

TITLES = {
    "ident": "Nhạc hiệu",
    "call": "Lời xướng",
    "greeting": "Lời chào",
    "contents": "Mục lục",
    "sting": "Nhạc cắt",
    "jingle": "Nhạc hiệu chuyên mục",
    "music": "Nhạc lấp sóng",
    "farewell": "Lời kết",
}
"""Titles of what stands around the bulletins. Content like the bulletins' own titles, hence not translated: an item
stays the same whatever language the user reads."""


@dataclass(frozen=True)
class LeftOut:
    """Something that will not be heard, and why. ``failed`` tells a fault from a rule that was followed."""

    title: str
    file: str
    reason: str
    failed: bool


@dataclass(frozen=True)
class Built:
    """A built day: what every station is given, what was left out, and what had to be made."""

    date: datetime.date
    manifests: tuple[package.Manifest, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    clips_made: int
    items_made: int

    @property
    def failed(self) -> bool:
        """Whether anything went wrong (rules that were followed are not wrong)."""
        return any(one.failed for one in self.left_out)


@dataclass(frozen=True)
class Want:
    """An element before its audio is made: which recipe it needs. "" is fill music, whose length comes last."""

    kind: str
    recipe: str
    title: str
    reason: str = ""
    audio: str = ""
    valid_until: datetime.date | None = None


@dataclass
class Newsroom:
    """One build: an open house, its voices, its items, its memory, and who mixes (any `Executor`)."""

    opened: OpenHouse
    studio: Studio
    items: ItemStore
    store: Store
    executor: Executor
    progress: Progress = lambda _what, _done, _total: None
    left_out: list[LeftOut] = field(default_factory=list)
    items_made: int = 0
    _plans: dict[str, ItemPlan] = field(default_factory=dict)
    _made: dict[str, Item] = field(default_factory=dict)
    _mixing: dict[Future[Item], str] = field(default_factory=dict)
    _frames: dict[tuple[str, ...], str] = field(default_factory=dict)

    def build_day(
        self,
        date: datetime.date,
        now: datetime.datetime,
        before: Mapping[str, package.Manifest] | None = None,
    ) -> Built:
        """Build ``date`` for every station: voice, mix, choose, announce, lay out, number.

        ``before`` are the day's manifests as given out earlier, by station: slots that are decided are taken from
        there. What fails is left out and reported; the rest is done.
        """
        memory = self._memory(date, now)
        scripts, self.left_out = may_air(self.opened.scripts, date, memory.withdrawn)
        if any(quiet_on(self.opened.house, one, date) is not None for one in self.opened.house.station):
            scripts = [replace(one, bulletin=replace(one.bulletin, bed="")) for one in scripts]
        production = Production(self.opened, self.studio, self._logo())
        recipes = self._voice(production, scripts)
        self._wait()
        true_until = {ready.bulletin.id: ready.expiry.at for ready in scripts if ready.expiry}
        offers = [
            Offer(bulletin, self._made[recipe].samples / package.RATE, true_until.get(bulletin.id))
            for bulletin, recipe in recipes.items()
            if recipe in self._made
        ]
        bulletins = {bulletin.id: recipe for bulletin, recipe in recipes.items()}
        sorted_ = sorted_offers(offers, date)
        stations = [
            plan_station(self.opened.house, one, date, sorted_, memory.past(one.id))
            for one in self.opened.house.station
        ]
        wants = {
            (plan.station.id, slot.dated.slot.id): list(
                self._wants(production, plan.station, slot, bulletins)
            )
            for plan in stations
            for slot in plan.slots
        }
        self._wait()
        stations = [self._fitted(production, plan, wants, bulletins) for plan in stations]
        for plan in stations:
            for slot in plan.slots:
                key = (plan.station.id, slot.dated.slot.id)
                wants[key] = self._with_fill(production, slot, wants[key])
        self._wait()
        self.left_out += [*not_chosen(offers, stations), *not_as_planned(stations)]
        drafts = [
            self._manifest(plan, date, wants, now, self._settled(plan, memory, (before or {})))
            for plan in stations
        ]
        manifests = tuple(draft for draft in drafts if draft)
        self._remember(memory, stations, scripts, offers)
        return Built(
            date, manifests, tuple(self.left_out), self.studio.notes, production.clips_made, self.items_made
        )

    def _logo(self) -> Source | None:
        """The centre's logo; a bad one is reported, and the day is built without it."""
        try:
            return house_logo(self.opened)
        except MixError as error:
            self._fail(self.opened.house.centre.name, SCHEDULE, str(error))
            return None

    def _memory(self, date: datetime.date, now: datetime.datetime) -> Memory:
        """What the build has to know of earlier ones."""
        history = History(self.store.engine)
        contents = {ready.bulletin.id: ready.content for ready in self.opened.scripts}
        chosen = {
            station: {script for script, content in found if contents.get(script) == content}
            for station, found in history.chosen().items()
        }
        said = history.withdrawals()
        withdrawn = {
            name: said[name, content] for name, content in contents.items() if (name, content) in said
        }
        airings = by_station(history.airings(date))
        locked = is_locked(self.opened.house, date, now)
        return Memory(date, now, locked, history.last(date), airings, chosen, withdrawn)

    def _remember(
        self, memory: Memory, plans: Sequence[StationPlan], scripts: Sequence[Ready], offers: Sequence[Offer]
    ) -> None:
        """What later builds and simulations will want to know of this one."""
        history = History(self.store.engine)
        history.record(memory.date, memory.record(plans), memory.now.date())
        seconds = {offer.bulletin.id: offer.seconds for offer in offers}
        history.measured(
            {one.content: seconds[one.bulletin.id] for one in scripts if one.bulletin.id in seconds}
        )

    def _settled(
        self, plan: StationPlan, memory: Memory, before: Mapping[str, package.Manifest]
    ) -> package.Manifest | None:
        """The station's manifest of before, with only the slots that stay as they are; None if there are none."""
        manifest = before.get(plan.station.id)
        stay = {slot.dated.slot.id for slot in plan.slots if memory.stays(plan, slot)}
        if manifest is None or not stay:
            return None
        return replace(manifest, slots=tuple(slot for slot in manifest.slots if slot.id in stay))

    def _voice(self, production: Production, scripts: Sequence[Ready]) -> dict[Bulletin, str]:
        """The recipe of each bulletin that could be voiced."""
        recipes = {}
        for done, ready in enumerate(scripts):
            self.progress(_("Voicing"), done, len(scripts))
            try:
                recipes[ready.bulletin] = self._ask(production.bulletin(ready))
            except (VoiceError, MixError) as error:
                self._fail(ready.bulletin.title, ready.bulletin.file, str(error))
            except OSError:
                raise  # a full disk concerns every bulletin
            except Exception as error:  # a fault of ours in one bulletin must not silence a whole network
                self._fail(ready.bulletin.title, ready.bulletin.file, f"{type(error).__name__}: {error}")
        self.progress(_("Voicing"), len(scripts), len(scripts))
        return recipes

    def _ask(self, plan: ItemPlan) -> str:
        """Want an item: it is taken from the store, or its mixing begins while others are still being voiced."""
        recipe = plan.recipe()
        if recipe not in self._plans:
            self._plans[recipe] = plan
            if found := self.items.find(recipe):
                self._made[recipe] = found
            else:
                self._mixing[self._mix(plan)] = recipe
        return recipe

    def _mix(self, plan: ItemPlan) -> Future[Item]:
        """Have an item mixed by a worker, or here where the workers are gone (killed for want of memory, say)."""
        try:
            return self.executor.submit(make_item, plan, self.items.items)
        except BrokenExecutor:
            done: Future[Item] = Future()
            try:
                done.set_result(make_item(plan, self.items.items))
            except Exception as error:
                done.set_exception(error)
            return done

    def _wait(self) -> None:
        """Wait for every item that was asked for; those that fail are reported."""
        total = len(self._mixing)
        for done, future in enumerate(as_completed(self._mixing), 1):
            recipe = self._mixing[future]
            try:
                if isinstance(future.exception(), BrokenExecutor):
                    future = self._mix(self._plans[recipe])
                self._made[recipe] = future.result()
                self.items_made += 1
            except MixError as error:
                self._fail(self._plans[recipe].tags.title, "", str(error))
            self.progress(_("Mixing"), done, total)
        self._mixing.clear()

    def _fail(self, title: str, file: str, reason: str) -> None:
        self.left_out.append(LeftOut(title, file, reason, failed=True))

    def _frame(
        self, production: Production, kind: str, title: str, text: str, audio: str, bed: str = ""
    ) -> str:
        """The recipe of an announcement or (without ``text``) a piece of music; "" if it cannot be had."""
        key = (kind, title, text, audio, bed)
        if key not in self._frames:
            try:
                if text:
                    plan = production.frame(title, text, audio, bed, music_last=kind == "farewell")
                else:
                    plan = production.music(title, audio)
                self._frames[key] = self._ask(plan)
            except (VoiceError, MixError) as error:
                self._fail(title, "", str(error))
                self._frames[key] = ""
        return self._frames[key]

    def _wants(
        self, production: Production, station: Station, slot: SlotPlan, bulletins: Mapping[str, str]
    ) -> Iterator[Want]:
        """The slot's elements in order, by its running order."""
        house, dated = self.opened.house, slot.dated
        date = dated.start.date()
        for part, picks in zip(slot.programme.clock, slot.picks, strict=True):
            if part.part == "bulletins":
                jingles = {one.id: one.jingle for one in house.section}
                section = ""
                for number, pick in enumerate(picks):
                    bulletin = pick.bulletin
                    jingle = jingles.get(bulletin.section, "") if bulletin.section != section else ""
                    sting = takes_turns(part, date, number) if number else ""
                    if (audio := jingle or sting) and not dated.quiet:
                        kind = "jingle" if jingle else "sting"
                        yield Want(kind, self._frame(production, kind, TITLES[kind], "", audio), TITLES[kind])
                    section = bulletin.section
                    recipe = bulletins[bulletin.id]
                    until = bulletin.valid_until
                    want = Want("bulletins", recipe, bulletin.title, pick.reason, valid_until=until)
                    yield from [want] * bulletin.readings
            elif part.part == "music":
                yield Want("music", "", TITLES["music"], audio=takes_turns(part, date))
            elif part.part == "relay":
                yield from self._relay(production, part, dated.quiet)
            elif part.part != "contents" or slot.bulletins:
                titles = [self._announced(bulletin) for bulletin in slot.bulletins]
                text = fill(part.text, house, dated, station, slot.following, titles)
                title = f"{TITLES[part.part]} {station.name if '{station}' in part.text else ''}".strip()
                audio = takes_turns(part, date)
                if recipe := self._frame(production, part.part, title, text, audio, part.bed):
                    yield Want(part.part, recipe, title)

    def _relay(self, production: Production, part: ClockPart, quiet: bool) -> Iterator[Want]:
        """The relay's time, held by its fallback; the reason of the cue is the address of the stream.

        On a day of mourning there is no fallback music, so the relay is left out.
        """
        relay = next(one for one in self.opened.house.relay if one.id == part.relay)
        if quiet:
            return
        plan = production.music(relay.name, relay.fallback, round(part.minutes * 60_000))
        yield Want("relay", self._ask(plan), relay.name, relay.url)

    def _announced(self, bulletin: Bulletin) -> str:
        """A title as the announcer says it: that of a translation is its original's, with its language."""
        if not bulletin.translation_of:
            return bulletin.title
        original = self.opened.script(bulletin.translation_of).bulletin
        return f"{original.title.rstrip('.')}, bằng {LANGUAGES[bulletin.language]}"

    def _elements(self, wants: Sequence[Want], date: datetime.date) -> list[Element]:
        """Elements whose items exist; what failed has been reported and is skipped."""
        return [
            Element(want.kind, self._reference(want, date), want.title, want.reason)
            for want in wants
            if want.recipe in self._made
        ]

    def _reference(self, want: Want, date: datetime.date) -> package.ItemRef:
        item = self._made[want.recipe]
        until = playlist.repeat_until(date, want.valid_until, self.opened.house)
        return package.ItemRef(
            item.sha256, item.length, item.offset, item.samples, item.title, until, item.codec
        )

    def _room(self, slot: SlotPlan, wants: Sequence[Want], music: bool = False) -> int:
        """Samples of the slot that ``wants`` leave free, negative when they are too long.

        With ``music`` the pauses around the fill are counted as well.
        """
        elements = self._elements(wants, slot.dated.start.date())
        if music and (at := next((n for n, want in enumerate(wants) if not want.recipe), None)) is not None:
            before = sum(want.recipe in self._made for want in wants[:at])
            elements.insert(before, Element("music", replace(elements[0].item, samples=0), "", ""))
        used = playlist.length(elements, self.opened.house.voice.pauses.item)
        return round(slot.dated.slot.minutes * 60 * package.RATE) - used

    def _fitted(
        self,
        production: Production,
        plan: StationPlan,
        wants: dict[tuple[str, str], list[Want]],
        bulletins: Mapping[str, str],
    ) -> StationPlan:
        """The station's day without the last bulletins of slots whose frames came out longer than the room kept.

        ``wants`` follows: the contents announce only what is heard.
        """
        for slot in plan.slots:
            key = (plan.station.id, slot.dated.slot.id)
            while self._room(slot, wants[key]) < 0 and slot.bulletins:
                slot = slot.without_last()
                wants[key] = list(self._wants(production, plan.station, slot, bulletins))
                self._wait()
                plan = plan.with_slot(slot)
        return plan

    def _with_fill(self, production: Production, slot: SlotPlan, wants: list[Want]) -> list[Want]:
        """``wants`` with the fill music as long as the slot has room for it, or without it."""
        allowed = playlist.tolerance(slot.dated.slot.seconds)
        step = max(1, min(FILL_STEP_SECONDS, int(allowed)))
        shortest = max(2, min(FILL_LEAST_SECONDS, int(allowed)))
        free = self._room(slot, wants, music=True) // (package.RATE // 1000)
        seconds = free // 1000 // step * step
        filled = []
        for want in wants:
            if want.kind == "music" and not want.recipe:
                if seconds < shortest or not want.audio:
                    continue
                least = max(shortest * 1000, free - round(allowed * 1000))
                plan = production.fill(want.title, want.audio, least, free, seconds * 1000)
                want, seconds = Want("music", self._ask(plan), want.title, _("fills the slot")), 0
            filled.append(want)
        return filled

    def _manifest(
        self,
        plan: StationPlan,
        date: datetime.date,
        wants: Mapping[tuple[str, str], Sequence[Want]],
        now: datetime.datetime,
        settled: package.Manifest | None,
    ) -> package.Manifest | None:
        """The station's manifest, with a new sequence only where its content is new.

        One that a station would refuse is a fault of ours: it is reported, and the station keeps what it has.
        """
        house = self.opened.house
        slots: list[package.Slot] = []
        items: list[package.ItemRef] = []
        done = {slot.id: slot for slot in settled.slots} if settled else {}
        for slot in plan.slots:
            if settled and slot.dated.slot.id in done:
                slots.append(done[slot.dated.slot.id])
                items += [settled.item(cue.item) for cue in slots[-1].cues]
                continue
            elements = self._elements(wants[plan.station.id, slot.dated.slot.id], date)
            if self._room(slot, wants[plan.station.id, slot.dated.slot.id]) < 0:
                reason = _("its announcements alone are longer than the slot: give it more minutes")
                self._fail(f"{plan.station.name}, {slot.dated.slot.id}", SCHEDULE, reason)
            elif elements:
                slots.append(playlist.lay_out(slot.dated, plan.station, elements, house.voice.pauses.item))
                items += [element.item for element in elements]
        windows = timetable_of(house).day(plan.station, date).windows
        draft = playlist.manifest(house, plan.station, date, slots, items, now, windows)
        content = hashlib.sha256(json.dumps(draft.content, sort_keys=True).encode()).hexdigest()
        try:
            package.parse(package.serialise(draft))
        except package.BadManifest as error:
            self._fail(plan.station.name, "", str(error))
            return None
        sequence, issued = self.store.number(plan.station.id, date, content, now.isoformat())
        return playlist.numbered(draft, sequence, issued)


def may_air(
    scripts: Sequence[Ready], date: datetime.date, withdrawn: Mapping[str, Withdrawal] | None = None
) -> tuple[list[Ready], list[LeftOut]]:
    """The scripts that may enter a programme on ``date``, and the others with the reason.

    ``withdrawn``: what was withdrawn as it stands now, by id.
    """
    allowed, left_out = [], []
    obstacles = {ready.bulletin.id: _obstacle(ready, date, withdrawn or {}) for ready in scripts}
    for ready in scripts:
        reason = obstacles[ready.bulletin.id]
        if (original := ready.bulletin.translation_of) and not reason and obstacles.get(original, "-"):
            reason = _("its Vietnamese original is not aired")
        if reason:
            left_out.append(LeftOut(ready.bulletin.title, ready.bulletin.file, reason, failed=False))
        else:
            allowed.append(ready)
    return allowed, left_out


def _obstacle(ready: Ready, date: datetime.date, withdrawn: Mapping[str, Withdrawal]) -> str:
    """Why a script may not enter a programme on ``date``; "" if it may."""
    bulletin = ready.bulletin
    if said := withdrawn.get(bulletin.id):
        return _("withdrawn by %(by)s: %(why)s") % {"by": said.by, "why": said.why}
    if bulletin.valid_until and date > bulletin.valid_until:
        return _("expired on %s") % bulletin.valid_until.strftime("%d/%m/%Y")
    if bulletin.valid_from and date < bulletin.valid_from:
        return _("not before %s") % bulletin.valid_from.strftime("%d/%m/%Y")
    if not ready.spoken:
        return (
            _("nothing to say")
            if bulletin.language == "vi"
            else _("not recorded: only the Vietnamese is aired")
        )
    if ready.standing != "approved":
        return _("not approved") if ready.standing == "unapproved" else _("changed after it was approved")
    return _("emergency: aired only as a cut-in") if bulletin.level == "emergency" else ""


def not_chosen(offers: Sequence[Offer], stations: Sequence[StationPlan]) -> list[LeftOut]:
    """Bulletins that were ready and aired at no station today."""
    aired = {bulletin for plan in stations for bulletin in plan.airings}
    waiting = {bulletin.id for plan in stations for bulletin in plan.waiting}
    starts = [slot.dated.start for plan in stations for slot in plan.slots]
    over = {
        offer.bulletin.id: offer.true_until
        for offer in offers
        if offer.true_until and not any(offer.true_at(start) for start in starts)
    }

    def reason(bulletin: Bulletin) -> str:
        if bulletin.id in waiting:
            return _("from above: it waits for the communes to choose it")
        if bulletin.corrects:
            return _("%s, which it corrects, has aired nowhere") % bulletin.corrects
        if ended := over.get(bulletin.id):
            return _("true only until %s") % ended.strftime("%H:%M %d/%m/%Y")
        dated = bulletin.valid_until or bulletin.level == "priority"
        return _("no room today; carried over") if dated else _("its turn comes on another day")

    return [
        LeftOut(offer.bulletin.title, offer.bulletin.file, reason(offer.bulletin), failed=False)
        for offer in offers
        if offer.bulletin.id not in aired
    ]


def not_as_planned(stations: Sequence[StationPlan]) -> list[LeftOut]:
    """Slots that a limit refused, and bulletins that aired less often than they asked, each told once."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for plan in stations:
        for refused in plan.refused:
            reason = f"{refused.reason}. {nearest_words(refused)}"
            found.setdefault((refused.span.slot, "", reason), []).append(plan.station.name)
        for one in plan.carried:
            if any(plan.airings[one.bulletin.id] for plan in stations):
                reason = _("aired %(aired)d of %(times)d times; carried over") % vars(one)
                key = (one.bulletin.title, one.bulletin.file, reason)
                found.setdefault(key, []).append(plan.station.name)
    return [
        LeftOut(title, file, f"{reason} ({_stations(where)})", failed=False)
        for (title, file, reason), where in found.items()
    ]


def _stations(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else _("%d stations") % len(names)
