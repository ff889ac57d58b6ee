"""``schedule.toml`` → `House`: who speaks, when and where. Every error at once, with line and suggestion.

The models below are the reference of the file: one class a table, one field a key. Times of day are local to
the centre's time zone; lengths are in the unit that the key names.
"""

import datetime
import difflib
import re
import string
import tomllib
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from .i18n import _
from .package import LATE, Late
from .problem import Problem
from .toml_places import Path as KeyPath
from .toml_places import key_lines, line_of

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

MAX_BYTES = 1 << 20


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        raise ValueError(_("use small letters a–z, digits and hyphens, for example truong-ha"))
    return value


def _time(value: object) -> datetime.time:
    if isinstance(value, datetime.time):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", str(value))
    if not match or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise ValueError(_('"%s" is not a time of day; write for example 05:30 or 17:00:30') % value)
    return datetime.time(int(match[1]), int(match[2]), int(match[3] or 0))


def _days(value: object) -> object:
    return WEEKDAYS if value == "daily" else value


def _month_day(value: str) -> str:
    try:
        datetime.date.fromisoformat(f"2028-{value}")  # a leap year, so that 02-29 may be written
    except ValueError:
        raise ValueError(
            _('"%s" is not a day of the year; write month-day, for example 10-01') % value
        ) from None
    return value


def _zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValueError(_('"%s" is not a time zone; write for example Asia/Ho_Chi_Minh') % value) from None
    return value


def _late(value: object) -> str:
    if not re.fullmatch(r"skip|join|next|late \d{1,3}", str(value)):
        raise ValueError(
            _('"%s" is no lateness policy; choose skip, join, next or "late 5" (minutes)') % value
        )
    return str(value)


def _window(value: object) -> tuple[datetime.time, datetime.time | None]:
    """``05:00-06:30`` → its two times; None as the end stands for midnight (24:00)."""
    start, dash, end = str(value).partition("-")
    if not dash:
        raise ValueError(_('"%s" is no stretch of hours; write for example 05:00-06:30') % value)
    begin, until = _time(start.strip()), None if end.strip() == "24:00" else _time(end.strip())
    if until is not None and until <= begin:
        raise ValueError(_('"%s" ends before it begins; cut it in two at midnight') % value)
    return begin, until


def _names(value: object) -> object:
    """One name or a list of names."""
    return ((value,) if value else ()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Id = Annotated[str, AfterValidator(_id)]
Time = Annotated[datetime.time, BeforeValidator(_time)]
Days = Annotated[tuple[Weekday, ...], BeforeValidator(_days)]
Window = Annotated[tuple[datetime.time, datetime.time | None], BeforeValidator(_window)]
MonthDay = Annotated[str, AfterValidator(_month_day)]


class Table(BaseModel):
    """A table of the file: unknown keys are errors, values never change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )


class Centre(Table):
    """Who prepares the bulletins. ``demo`` marks a sample house whose packages may be played unsigned."""

    id: Id
    name: str
    province: str
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"
    above: str = ""
    demo: bool = False


class Pauses(Table):
    """Seconds of silence after each kind of break (VOV habits, slowed for horns)."""

    comma: float = Field(0.4, ge=0, le=5)
    sentence: float = Field(0.8, ge=0, le=5)
    paragraph: float = Field(1.2, ge=0, le=10)
    heading: float = Field(1.0, ge=0, le=10)
    list: float = Field(0.8, ge=0, le=10)
    item: float = Field(2.0, ge=0, le=30)


class Speaker(Table):
    """A name that may stand before a colon in a script, and how that person sounds.

    ``pitch`` in semitones and ``pace`` as a factor tell two speakers apart where an engine has one voice;
    ``espeak`` is one of its voices (vi, vi-vn-x-central, vi-vn-x-south).
    """

    name: str
    pitch: float = Field(0.0, ge=-6, le=6)
    pace: float = Field(1.0, ge=0.7, le=1.4)
    espeak: Literal["vi", "vi-vn-x-central", "vi-vn-x-south"] = "vi"


class VoiceTable(Table):
    """Which engines speak, in order of preference; ``rate`` in syllables a minute.

    With ``phone_twice`` a telephone number that a script gives once is said again after its sentence.
    Voiced sentences are kept in at most ``cache_mb`` megabytes, those not used for longest go first.
    """

    engines: tuple[Literal["gtts", "espeak"], ...] = ("gtts", "espeak")
    rate: int = Field(160, ge=100, le=260)
    phone_twice: bool = True
    cache_mb: int = Field(2000, ge=100)
    pauses: Pauses = Pauses()
    speaker: tuple[Speaker, ...] = ()


class ReadingTable(Table):
    """How numbers are said; the reading's own `radio.reading.Settings` tells what each choice does."""

    thousand: Literal["nghìn", "ngàn"] = "nghìn"
    zero_tens: Literal["linh", "lẻ"] = "linh"
    slash: Literal["", "trên", "gạch chéo", "xuyệc", "xuyệt", "xẹt", "chéo"] = ""
    hyphen: Literal["", "gạch ngang", "ngang", "gạch"] = ""
    early_day: Literal["", "mồng", "mùng"] = ""


class Sound(Table):
    """Loudness in LUFS, true peak in dBTP, MP3 bit rate in kbit/s; ``horn`` shapes speech for a horn."""

    lufs: float = Field(-16.0, ge=-30, le=-10)
    peak: float = Field(-1.5, ge=-9, le=-0.5)
    bitrate: Literal[32, 48, 64, 80, 96, 112, 128, 160] = 64
    horn: bool = True
    bed_below: float = Field(18.0, ge=15, le=40)


class Limits(Table):
    """What the commune allows: hours, days, and minutes a session and a day."""

    windows: tuple[Window, ...] = ((datetime.time(5), datetime.time(21)),)
    session_minutes: float = Field(45, gt=0, le=240)
    day_minutes: float = Field(120, gt=0, le=1440)
    days: Days = WEEKDAYS


class Section(Table):
    """A column (chuyên mục). Its ``jingle`` plays before the first of its bulletins in a programme."""

    id: Id
    name: str
    jingle: str = ""


class ClockPart(Table):
    """One place of a running order.

    ``audio`` names a file of ``audio/``, or several that take turns by day; ``text`` is spoken and may hold
    {station}, {province}, {programme}, {part_of_day}, {weekday}, {date}, {next_time} and, in contents,
    {titles}. ``bed`` lies under speech. ``bulletins`` takes ``sections`` (all if empty), at most ``most`` of
    them, with ``audio`` as the sting between; ``music`` fills what is left of the slot.
    """

    part: Literal["ident", "call", "greeting", "contents", "bulletins", "music", "farewell"]
    audio: Names = ()
    text: str = ""
    bed: str = ""
    sections: tuple[str, ...] = ()
    most: int = Field(20, ge=1, le=50)

    @field_validator("text")
    @classmethod
    def _placeholders(cls, text: str) -> str:
        known = ["station", "province", "programme", "part_of_day", "weekday", "date", "next_time", "titles"]
        try:
            names = [
                name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None
            ]
        except ValueError:
            raise ValueError(_("the braces { } in the text do not match")) from None
        for name in names:
            if name not in known:
                raise ValueError(_("{%s} is not known here. ") % name + _did_you_mean(name, known))
        return text


class Programme(Table):
    """A running order (kịch bản chương trình) by its clock."""

    id: Id
    name: str
    clock: tuple[ClockPart, ...]


class Slot(Table):
    """A recurring stretch of airtime of ``minutes``; ``late`` says what to do when it cannot start on time."""

    id: Id
    at: Time
    days: Days = WEEKDAYS
    programme: str
    minutes: float = Field(gt=0, le=240)
    late: Annotated[str, BeforeValidator(_late)] = "join"
    from_: datetime.date | None = Field(None, alias="from")
    until: datetime.date | None = None
    stations: tuple[str, ...] = ("all",)

    @property
    def lateness(self) -> tuple[Late, int]:
        """The policy, and the seconds it allows (0 unless the policy is "late")."""
        policy, _space, minutes = self.late.partition(" ")
        return next(late for late in LATE if late == policy), int(minutes or 0) * 60


class Campaign(Table):
    """Days of each year (month-day, inclusive) in which a section goes first."""

    id: Id
    name: str
    from_: MonthDay = Field(alias="from")
    until: MonthDay
    section: str


class DateException(Table):
    """One date on which a slot is cancelled, moved (``at``) or given another programme."""

    date: datetime.date
    slot: str
    action: Literal["cancel", "move", "replace"]
    at: Time | None = None
    programme: str = ""
    note: str = ""


class Station(Table):
    """One commune's station. ``push`` is the folder that its package goes to ({id} is replaced)."""

    id: Id
    name: str
    group: str = ""
    clusters: tuple[str, ...] = ()
    push: str = "var/stations/{id}"
    volume: int = Field(100, ge=0, le=100)
    limits: Limits | None = None


class House(Table):
    """The whole of ``schedule.toml``."""

    centre: Centre
    voice: VoiceTable = VoiceTable()
    reading: ReadingTable = ReadingTable()
    sound: Sound = Sound()
    limits: Limits = Limits()
    section: tuple[Section, ...]
    programme: tuple[Programme, ...]
    slot: tuple[Slot, ...]
    campaign: tuple[Campaign, ...] = ()
    exception: tuple[DateException, ...] = ()
    station: tuple[Station, ...]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The centre's time zone."""
        return zoneinfo.ZoneInfo(self.centre.timezone)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names that change the speaker in a script."""
        return tuple(speaker.name for speaker in self.voice.speaker)

    def limits_of(self, station: Station) -> Limits:
        """The station's own limits, or the house's."""
        return station.limits or self.limits

    def reaches(self, targets: Iterable[str], station: Station) -> bool:
        """Whether ``targets`` (ids, groups or "all") include ``station``."""
        return bool({"all", station.id, station.group} & set(targets) - {""})


def parse_house(file: str, data: bytes) -> tuple[House | None, list[Problem]]:
    """Read ``schedule.toml``: the house, or None and everything that is wrong with it."""
    if len(data) > MAX_BYTES:
        return None, [Problem(file, 0, _("the file is larger than 1 MB"))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(file, line, _("this is not UTF-8 text"), _("Save it again as UTF-8."))]
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        hint = _('Each line is: key = "value", with straight quotes.')
        return None, [Problem(file, int(where[1]) if where else 0, _("cannot be read: %s") % error, hint)]
    places = key_lines(text)
    try:
        house = House.model_validate(tree)
    except ValidationError as errors:
        return None, [_problem(file, places, dict(error)) for error in errors.errors()]
    problems = [Problem(file, line_of(places, path), *what) for path, what in _cross_checks(house)]
    return (house if not problems else None), problems


def _problem(file: str, places: dict[KeyPath, int], error: dict[str, Any]) -> Problem:
    """One of pydantic's errors in our own words."""
    path: KeyPath = tuple("from" if part == "from_" else part for part in error["loc"])
    key, kind, context = ".".join(map(str, path)), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        message, hint = _('unknown key "%s"') % key, _did_you_mean(str(path[-1]), _known_keys(path))
    elif kind == "missing":
        message, hint = _('"%s" is missing') % key, ""
    elif kind == "value_error":
        message, hint = f"{key}: {context['error']}", ""
    elif kind == "literal_error":
        choices = re.findall(r"'([^']+)'|(\b\d+\b)", context["expected"])
        known = [text or number for text, number in choices]
        message, hint = _('%(key)s: "%(value)s" is not possible') % {"key": key, "value": error["input"]}, ""
        hint = _did_you_mean(str(error["input"]), known)
    else:
        value = str(error["input"])[:60]
        message = _('%(key)s: "%(value)s" does not fit here') % {"key": key, "value": value}
        hint = _expected(kind, context)
    return Problem(file, line_of(places, path), message, hint)


def _expected(kind: str, context: dict[str, Any]) -> str:
    """What should have been written, for the commoner errors of type and range."""
    bounds = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
    if kind in bounds:
        sign = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}[bounds[kind]]
        return _("It must be %s.") % f"{sign} {context[bounds[kind]]}"
    kinds = {
        "string_type": _('Write text in quotes: "…".'),
        "tuple_type": _('Write a list: ["…", "…"].'),
        "bool_parsing": _("Write true or false."),
        "bool_type": _("Write true or false."),
        "model_type": _("Write a table of its own."),
    }
    if kind.startswith(("int", "float")):
        return _("Write a number without quotes.")
    if kind.startswith("date"):
        return _("Write a date without quotes: 2026-12-01.")
    return kinds.get(kind, "")


def _known_keys(path: KeyPath) -> list[str]:
    model: type[BaseModel] = House
    for part in path[:-1]:
        if isinstance(part, str) and part in (names := _fields(model)):
            inner = [one for one in _models(names[part].annotation)]
            model = inner[0] if inner else model
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(word, known, 1, 0.6)
    return _('Did you mean "%s"?') % close[0] if close else _("Known: %s.") % ", ".join(known)


Found = tuple[KeyPath, tuple[str, str]]


def _cross_checks(house: House) -> Iterator[Found]:
    """What is wrong between tables, each with its key path, message and hint."""
    for table in ("section", "programme", "slot", "campaign", "station"):
        ids = [row.id for row in getattr(house, table)]
        for index, one in enumerate(ids):
            if Counter(ids[: index + 1])[one] > 1:
                yield (
                    (table, index, "id"),
                    (_('there are two with the id "%s"') % one, _("Give one another id.")),
                )
    yield from _references(house)
    for index, slot in enumerate(house.slot):
        for station in house.station:
            if house.reaches(slot.stations, station) and (
                bad := slot_breaks(slot.at, slot.minutes, house, station)
            ):
                yield ("slot", index, "at"), (f"{station.name}: {bad}", _("Change the slot or the limits."))
                break
    yield from _day_totals(house)


def slot_breaks(at: datetime.time, minutes: float, house: House, station: Station) -> str:
    """Which limit of ``station`` a slot of that time and length would break; "" for none."""
    limits = house.limits_of(station)
    start = at.hour * 3600 + at.minute * 60 + at.second
    end = start + minutes * 60
    for begin, until in limits.windows:
        last = 86_400 if until is None else until.hour * 3600 + until.minute * 60 + until.second
        if begin.hour * 3600 + begin.minute * 60 + begin.second <= start and end <= last:
            break
    else:
        return _("a slot at %(at)s of %(minutes)g minutes lies outside the allowed hours") % {
            "at": at.strftime("%H:%M"),
            "minutes": minutes,
        }
    if minutes > limits.session_minutes:
        return _("a slot of %(minutes)g minutes is longer than the %(most)g allowed") % {
            "minutes": minutes,
            "most": limits.session_minutes,
        }
    return ""


def _day_totals(house: House) -> Iterator[Found]:
    for number, station in enumerate(house.station):
        limits = house.limits_of(station)
        for day in limits.days:
            slots = [
                slot for slot in house.slot if day in slot.days and house.reaches(slot.stations, station)
            ]
            total = sum(slot.minutes for slot in slots)
            if total > limits.day_minutes:
                message = _("%(day)s: %(total)g minutes of slots, %(most)g are allowed") % {
                    "day": day,
                    "total": total,
                    "most": limits.day_minutes,
                }
                yield ("station", number, "id"), (message, _("Shorten or drop a slot, or raise day_minutes."))
                break


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
            yield path, (_('there is no "%s"') % value, _did_you_mean(value, known))

    for i, programme in enumerate(house.programme):
        for j, part in enumerate(programme.clock):
            for section in part.sections:
                yield from unknown(("programme", i, "clock", j, "sections"), section, sections)
    for i, slot in enumerate(house.slot):
        yield from unknown(("slot", i, "programme"), slot.programme, programmes)
        for target in slot.stations:
            yield from unknown(("slot", i, "stations"), target, targets)
    for i, campaign in enumerate(house.campaign):
        yield from unknown(("campaign", i, "section"), campaign.section, sections)
    for i, exception in enumerate(house.exception):
        yield from unknown(("exception", i, "slot"), exception.slot, slots)
        if exception.action == "replace":
            yield from unknown(("exception", i, "programme"), exception.programme, programmes)
        if exception.action == "move" and exception.at is None:
            yield ("exception", i, "action"), (_('to move a slot, "at" is needed'), _('Add: at = "18:00"'))


def audio_files(house: House) -> Iterator[tuple[KeyPath, str]]:
    """Every file of ``audio/`` that the house names, with the key that names it."""
    for i, section in enumerate(house.section):
        if section.jingle:
            yield ("section", i, "jingle"), section.jingle
    for i, programme in enumerate(house.programme):
        for j, part in enumerate(programme.clock):
            for name in part.audio:
                yield ("programme", i, "clock", j, "audio"), name
            if part.bed:
                yield ("programme", i, "clock", j, "bed"), part.bed
