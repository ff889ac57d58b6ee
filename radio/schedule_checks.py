"""What can be wrong between the tables of ``schedule.toml``: references, limits, dates, relays. Pure."""

from collections.abc import Iterator
from pathlib import Path

from .i18n import _
from .limits import Span, admit, length_words, nearest_words
from .places import BadPlace, parse_place
from .schedule_tables import House, VoiceTable, seconds_of
from .schedule_values import WEEKDAYS, did_you_mean
from .script import GENRES
from .toml_places import Path as KeyPath

Found = tuple[KeyPath, tuple[str, str]]


def cross_checks(house: House) -> Iterator[Found]:
    """What is wrong between tables, each with its key path, message and hint."""
    for table in ("section", "programme", "slot", "campaign", "relay", "station"):
        seen: set[str] = set()
        for index, row in enumerate(getattr(house, table)):
            if row.id in seen:
                message = _('there are two with the id "%s"') % row.id
                yield (table, index, "id"), (message, _("Give one another id."))
            seen.add(row.id)
    yield from _voices(house.voice)
    yield from _places(house)
    yield from _references(house)
    yield from _relays(house)
    yield from _dates(house)
    yield from _weekly_limits(house)


def _weekly_limits(house: House) -> Iterator[Found]:
    """Slots that break a limit on some weekday, at the first station where they do.

    Slots that recur by weekdays alone are looked at together; others may never meet, so each is looked at alone
    here, and with its neighbours on every date (`radio.timetable`).
    """
    told: set[int] = set()
    looked_at: set[tuple[object, ...]] = set()
    for station in house.station:
        reached = [
            (number, slot) for number, slot in enumerate(house.slot) if house.reaches(slot.stations, station)
        ]
        limits = house.limits_of(station)
        kind = (limits.rules, limits.days, *(number for number, _slot in reached))
        if kind in looked_at:
            continue
        looked_at.add(kind)
        for index, day in enumerate(WEEKDAYS):
            tomorrow = WEEKDAYS[(index + 1) % 7] in limits.days
            hours = limits.rules.open_hours(day in limits.days, tomorrow)
            today = [(number, slot) for number, slot in reached if day in slot.days and day in limits.days]
            groups = [[slot for _number, slot in today if slot.weekly]]
            groups += [[slot] for _number, slot in today if not slot.weekly]
            numbers = {slot.id: number for number, slot in today}
            for group in groups:
                spans = [Span(slot.id, seconds_of(slot.at), slot.seconds) for slot in group]
                for refused in admit(limits.rules, spans, hours).refused:
                    number = numbers[refused.span.slot]
                    if number not in told:
                        told.add(number)
                        words = {"station": station.name, "day": day, "reason": refused.reason}
                        message = _("%(station)s, %(day)s: %(reason)s") % words
                        yield ("slot", number, "at"), (message, nearest_words(refused))


def _relays(house: House) -> Iterator[Found]:
    relays = [relay.id for relay in house.relay]
    for i, programme in enumerate(house.programme):
        for j, part in enumerate(programme.clock):
            path: KeyPath = ("programme", i, "clock", j, "relay")
            if part.part != "relay":
                continue
            if part.relay not in relays:
                yield path, (_('there is no "%s"') % part.relay, did_you_mean(part.relay, relays))
            if not part.minutes:
                yield path, (_("how long the relay is must be said"), _("Add: minutes = 15"))
            if j:
                message = _("a relay starts on the second: nothing may come before it in its programme")
                yield path, (message, _("Put it first, or give it a slot of its own."))
        for slot in (slot for slot in house.slot if slot.programme == programme.id):
            taken = sum(part.minutes for part in programme.clock if part.part == "relay")
            if taken > slot.minutes:
                words = {"slot": slot.id, "minutes": length_words(slot.seconds)}
                message = _("its relay is longer than the slot %(slot)s (%(minutes)s)") % words
                yield ("programme", i, "id"), (message, _("Shorten the relay or lengthen the slot."))


def _dates(house: House) -> Iterator[Found]:
    """Stretches of dates that end before they begin, and exceptions that say no date, or two."""
    for table in ("slot", "quiet", "permit"):
        for index, row in enumerate(getattr(house, table)):
            if row.from_ and row.until and row.until < row.from_:
                yield (table, index, "until"), (_('"until" is before "from"'), _("Exchange the two dates."))
    for index, slot in enumerate(house.slot):
        if slot.every > 1 and slot.from_ is None:
            message = _('"every" counts from a first day, which is missing')
            yield ("slot", index, "every"), (message, _("Add: from = 2026-12-01"))
    for index, one in enumerate(house.exception):
        if (one.date is None) == (not one.lunar):
            message = _("an exception needs either a date or lunar days")
            yield ("exception", index, "slot"), (message, _('Add: date = 2027-02-06, or lunar = "1/1"'))
        if one.until and one.date and one.until < one.date:
            yield ("exception", index, "until"), (_('"until" is before "date"'), _("Exchange the two dates."))


def _places(house: House) -> Iterator[Found]:
    for index, station in enumerate(house.station):
        try:
            parse_place(Path(), station.push.replace("{id}", station.id), station.host_key)
        except BadPlace as error:
            yield ("station", index, "push"), (str(error), "")


def _references(house: House) -> Iterator[Found]:
    sections = [section.id for section in house.section]
    programmes = [programme.id for programme in house.programme]
    slots = [slot.id for slot in house.slot]
    targets = [
        "all",
        *(station.id for station in house.station),
        *{station.group for station in house.station} - {""},
    ]

    def unknown(path: KeyPath, value: str, known: list[str]) -> Iterator[Found]:
        if value not in known:
            yield path, (_('there is no "%s"') % value, did_you_mean(value, known))

    for i, programme in enumerate(house.programme):
        for j, part in enumerate(programme.clock):
            for key, names, known in (
                ("sections", part.sections, sections),
                ("quota", part.quota, sections),
                ("genres", part.genres, list(GENRES)),
                ("mix", part.mix, list(GENRES)),
            ):
                for name in names:
                    yield from unknown(("programme", i, "clock", j, key), name, known)
    for i, slot in enumerate(house.slot):
        yield from unknown(("slot", i, "programme"), slot.programme, programmes)
        for target in slot.stations:
            yield from unknown(("slot", i, "stations"), target, targets)
    for i, campaign in enumerate(house.campaign):
        yield from unknown(("campaign", i, "section"), campaign.section, sections)
    for i, exception in enumerate(house.exception):
        if exception.action == "add":
            if exception.slot in slots:
                message = _('there is already a slot "%s"') % exception.slot
                yield ("exception", i, "slot"), (message, _("Give the added slot an id of its own."))
            for key, value, example in (
                ("at", exception.at, 'at = "18:00"'),
                ("minutes", exception.minutes, "minutes = 15"),
            ):
                if value is None:
                    yield (
                        ("exception", i, "action"),
                        (
                            _('to add a slot, "%s" is needed') % key,
                            _("Add: %s") % example,
                        ),
                    )
        else:
            yield from unknown(("exception", i, "slot"), exception.slot, slots)
        if exception.action in ("replace", "add"):
            yield from unknown(("exception", i, "programme"), exception.programme, programmes)
        if exception.action == "move" and exception.at is None:
            yield (
                ("exception", i, "action"),
                (_('to move a slot, "at" is needed'), _("Add: %s") % 'at = "18:00"'),
            )
    for table in ("exception", "quiet", "permit"):
        for i, row in enumerate(getattr(house, table)):
            for target in row.stations:
                yield from unknown((table, i, "stations"), target, targets)


def _voices(voice: VoiceTable) -> Iterator[Found]:
    """Engines that are named but not set up, or named in the wrong place."""
    for index, engine in enumerate(voice.engines):
        if engine in ("piper", "http") and getattr(voice, engine) is None:
            hint = _("Add a table [voice.%s], or take the engine out.") % engine
            yield ("voice", "engines", index), (_("the engine %s is not set up") % engine, hint)
    for index, engine in enumerate(voice.on_air or ()):
        if engine not in voice.engines:
            message = _("%s is on_air but not among the engines") % engine
            yield ("voice", "on_air", index), (message, _("Add it to engines, in its place of preference."))


def audio_files(house: House) -> Iterator[tuple[KeyPath, str]]:
    """Every file of ``audio/`` that the house names, with the key that names it."""
    if house.centre.logo:
        yield ("centre", "logo"), house.centre.logo
    for i, section in enumerate(house.section):
        if section.jingle:
            yield ("section", i, "jingle"), section.jingle
    for i, programme in enumerate(house.programme):
        for j, part in enumerate(programme.clock):
            for name in part.audio:
                yield ("programme", i, "clock", j, "audio"), name
            if part.bed:
                yield ("programme", i, "clock", j, "bed"), part.bed
    for i, relay in enumerate(house.relay):
        yield ("relay", i, "fallback"), relay.fallback
