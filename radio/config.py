"""``schedule.toml`` → `House`: who speaks, when and where. Every error at once, with line and suggestion.

The models below are the reference of the file: one class a table, one field a key. Times of day are local to
the centre's time zone; lengths are in the unit that the key names.
"""

import datetime
import difflib
import pathlib
import re
import string
import tomllib
import unicodedata
import zoneinfo
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from .calendar_vn import ANIMALS
from .i18n import _
from .limits import DAY, Rules, Span, admit, length_words, nearest_words
from .package import LATE, Codec, Late
from .places import BadPlace, parse_place
from .problem import Problem
from .script import GENRES
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


def _week(value: int) -> int:
    if value not in (-1, 1, 2, 3, 4, 5):
        raise ValueError(_("a week of the month is 1 to 5, or -1 for the last"))
    return value


def _local(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is not None:
        raise ValueError(_("write local time without an offset: 2027-02-05T23:30:00"))
    return value


LunarRule = tuple[int, int]
"""A day of a lunar month and the month: day 0 is the month's last, month 0 any month (leap months too)."""


def _lunar(value: object) -> LunarRule:
    """``15`` → the 15th of every lunar month; ``1/1`` → Tết; ``last/12`` → the year's last day."""
    match = re.fullmatch(r"(\d{1,2}|last)(?:/(\d{1,2}))?", str(value).strip())
    day = 0 if match and match[1] == "last" else int(match[1]) if match else 99
    month = int(match[2]) if match and match[2] else 0
    if not match or day > 30 or (match[1] != "last" and day == 0) or month > 12 or match[2] in ("0", "00"):
        raise ValueError(
            _('"%s" is no lunar day; write "15", "1/1" (day/month), "last" or "last/12"') % value
        )
    return day, month


def _lunars(value: object) -> object:
    return tuple(_lunar(one) for one in (value if isinstance(value, list | tuple) else [value]))


def _animal(value: str) -> str:
    name = unicodedata.normalize("NFC", value).casefold()
    if name not in ANIMALS:
        raise ValueError(_('"%s" is none of the twelve animals. ') % value + _did_you_mean(name, ANIMALS))
    return name


def _names(value: object) -> object:
    """One name or a list of names."""
    return ((value,) if value else ()) if isinstance(value, str) else value


def _voice_file(value: str) -> str:
    if value and not re.fullmatch(r"[^/\\]+\.onnx", value):
        raise ValueError(_('"%s" is not a voice file; write the name of an .onnx file in voices/') % value)
    return value


Engine = Literal["gtts", "espeak", "piper", "http"]
VoiceFile = Annotated[str, AfterValidator(_voice_file)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Id = Annotated[str, AfterValidator(_id)]
Time = Annotated[datetime.time, BeforeValidator(_time)]
Days = Annotated[tuple[Weekday, ...], BeforeValidator(_days)]
Window = Annotated[tuple[datetime.time, datetime.time | None], BeforeValidator(_window)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
LunarRules = Annotated[tuple[LunarRule, ...], BeforeValidator(_lunars)]
Animals = Annotated[tuple[Annotated[str, AfterValidator(_animal)], ...], BeforeValidator(_names)]
Week = Annotated[int, AfterValidator(_week)]


class Table(BaseModel):
    """A table of the file: unknown keys are errors, values never change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )


class Centre(Table):
    """Who prepares the bulletins.

    ``logo`` is a small picture (PNG or JPEG) in ``audio/`` that goes into every item in which somebody speaks.
    From the hour ``lock`` on, today's programme stays as it was built, but for withdrawals and same-day notices.
    """

    id: Id
    name: str
    province: str
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"
    above: str = ""
    logo: str = ""
    lock: Time | None = None


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
    ``espeak`` is one of its voices (vi, vi-vn-x-central, vi-vn-x-south), ``piper`` a voice file of ``voices/``
    and ``piper_speaker`` the number of a person in it, ``http`` the service's name of a voice.
    """

    name: str
    pitch: float = Field(0.0, ge=-6, le=6)
    pace: float = Field(1.0, ge=0.7, le=1.4)
    espeak: Literal["vi", "vi-vn-x-central", "vi-vn-x-south"] = "vi"
    piper: VoiceFile = ""
    piper_speaker: int | None = Field(None, ge=0)
    http: str = ""


class PiperTable(Table):
    """The engine piper: ``model`` is a voice file ``name.onnx`` in ``voices/``, with ``name.onnx.json`` beside it.

    ``speaker`` is the number of a person in a file that holds several.
    """

    model: VoiceFile
    speaker: int | None = Field(None, ge=0)


class HttpTable(Table):
    """The engine http: one request to a licensed service; `radio.voice.HttpSetup` tells what each key does."""

    address: str
    method: Literal["POST", "GET", "PUT"] = "POST"
    headers: dict[str, str] = {}
    body: str = ""
    speaker: str = ""
    key_env: str = Field("", pattern="^([A-Za-z_][A-Za-z0-9_]*)?$")
    reply: Literal["audio", "link", "base64"] = "audio"
    at: str = ""
    characters: int = Field(300, ge=50, le=5000)
    release: str = ""

    @model_validator(mode="after")
    def _safe(self) -> "HttpTable":
        """Refuse what would send the text or the key in the open, and keys written into the file."""
        if not re.match(
            r"https://[^/{}@]+(/|$)|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)", self.address
        ):
            raise ValueError(_("the address must begin with https:// (http:// only for this machine itself)"))
        if "{text}" not in self.address + self.body:
            raise ValueError(
                _("{text} must stand in the body or the address, where the service expects the text")
            )
        if "{key}" in self.address or "{text}" in "".join(self.headers.values()):
            raise ValueError(_("{key} belongs into headers or body, {text} into body or address"))
        for name, value in self.headers.items():
            if re.search("auth|key|token|secret", name, re.IGNORECASE) and "{key}" not in value:
                hint = _(
                    "never write a key here: put {key} into %s and name its environment variable in key_env"
                )
                raise ValueError(hint % name)
        if ("{key}" in self.body + "".join(self.headers.values())) != bool(self.key_env):
            raise ValueError(_("{key} and key_env, the environment variable that holds it, belong together"))
        if (self.reply != "audio") != bool(self.at):
            raise ValueError(_('"at" says where in a JSON reply the link or base64 stands, and only there'))
        return self


class VoiceTable(Table):
    """Which engines speak, in order of preference; ``rate`` in syllables a minute.

    Those that are not ``on_air`` (all are, unless it is written) are for rehearsal: ``radio listen --voice``.
    With ``phone_twice`` a telephone number that a script gives once is said again after its sentence.
    Voiced sentences are kept in at most ``cache_mb`` megabytes, those not used for longest go first.
    """

    engines: tuple[Engine, ...] = Field(("gtts", "espeak"), min_length=1)
    on_air: tuple[Engine, ...] | None = Field(None, min_length=1)
    rate: int = Field(160, ge=100, le=260)
    phone_twice: bool = True
    cache_mb: int = Field(2000, ge=100)
    pauses: Pauses = Pauses()
    piper: PiperTable | None = None
    http: HttpTable | None = None
    speaker: tuple[Speaker, ...] = ()

    @property
    def aired(self) -> tuple[Engine, ...]:
        """The engines that may be heard by the public, in order of preference."""
        return tuple(one for one in self.engines if self.on_air is None or one in self.on_air)


class ReadingTable(Table):
    """How numbers are said; the reading's own `radio.reading.Settings` tells what each choice does."""

    thousand: Literal["nghìn", "ngàn"] = "nghìn"
    zero_tens: Literal["linh", "lẻ"] = "linh"
    slash: Literal["", "trên", "gạch chéo", "xuyệc", "xuyệt", "xẹt", "chéo"] = ""
    hyphen: Literal["", "gạch ngang", "ngang", "gạch"] = ""
    early_day: Literal["", "mồng", "mùng"] = ""


class Sound(Table):
    """Loudness in LUFS, true peak in dBTP, bit rate in kbit/s; ``horn`` shapes speech for a horn.

    ``codec`` is mp3, which every player knows, or opus, which sounds as good at half the bit rate.
    """

    lufs: float = Field(-16.0, ge=-30, le=-10)
    peak: float = Field(-1.5, ge=-9, le=-0.5)
    codec: Codec = "mp3"
    bitrate: Literal[32, 48, 64, 80, 96, 112, 128, 160] = 64
    horn: bool = True
    bed_below: float = Field(18.0, ge=15, le=40)


class Limits(Table):
    """What the commune allows: hours, days, minutes a session and a day, sessions a day (0: any number).

    Slots that touch are one session; relays count like everything else.
    """

    windows: tuple[Window, ...] = ((datetime.time(5), datetime.time(21)),)
    session_minutes: float = Field(45, gt=0, le=240)
    day_minutes: float = Field(120, gt=0, le=1440)
    sessions: int = Field(0, ge=0, le=48)
    days: Days = WEEKDAYS

    @cached_property
    def rules(self) -> Rules:
        """The same in seconds, as `radio.limits` keeps them."""
        windows = [(_seconds(start), _seconds(until) if until else DAY) for start, until in self.windows]
        return Rules(
            tuple(windows), round(self.session_minutes * 60), round(self.day_minutes * 60), self.sessions
        )


def _seconds(time: datetime.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second


class Section(Table):
    """A column (chuyên mục). Its ``jingle`` plays before the first of its bulletins in a programme."""

    id: Id
    name: str
    jingle: str = ""


class ClockPart(Table):
    """One place of a running order.

    ``audio`` names a file of ``audio/``, or several that take turns by day; ``text`` is spoken and may hold
    {station}, {province}, {programme}, {part_of_day}, {weekday}, {date}, {next_time} and, in contents,
    {titles}; {lunar_date} and {lunar_year} name the day by the Vietnamese lunar calendar. ``bed`` lies under
    speech. ``bulletins`` takes ``sections`` and ``genres`` (all if empty), at most ``most`` of them, of a section
    at most ``quota`` and of a genre at most ``mix``, with ``audio`` as the sting between; ``relay`` gives
    ``minutes`` to the relay of that id; ``music`` fills what is left of the slot.
    """

    part: Literal["ident", "call", "greeting", "contents", "bulletins", "relay", "music", "farewell"]
    audio: Names = ()
    text: str = ""
    bed: str = ""
    sections: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    most: int = Field(20, ge=1, le=50)
    quota: dict[str, int] = {}
    mix: dict[str, int] = {}
    relay: str = ""
    minutes: float = Field(0, ge=0, le=240)

    @field_validator("text")
    @classmethod
    def _placeholders(cls, text: str) -> str:
        known = ["station", "province", "programme", "part_of_day", "weekday", "date", "lunar_date"]
        known += ["lunar_year", "next_time", "titles"]
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
    """A recurring stretch of airtime of ``minutes``; ``late`` says what to do when it cannot start on time.

    It recurs on the days that every key given allows: weekdays (``days``), weeks of the month (``weeks``: 1 holds
    the first Monday, the first Tuesday …; -1 the last), dates (``from``, ``until``), ``every`` so many days from
    ``from`` on, days of the lunar month (``lunar``), animals of the day (``animals``), public holidays
    (``holidays``: yes, no, only).
    """

    id: Id
    at: Time
    days: Days = WEEKDAYS
    weeks: tuple[Week, ...] = ()
    every: int = Field(1, ge=1, le=366)
    lunar: LunarRules = ()
    animals: Animals = ()
    holidays: Literal["yes", "no", "only"] = "yes"
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

    @property
    def seconds(self) -> int:
        """Its length."""
        return round(self.minutes * 60)

    @property
    def weekly(self) -> bool:
        """Whether it recurs by weekdays alone, so that every week of the year is alike."""
        rare = self.weeks or self.lunar or self.animals or self.from_ or self.until
        return not rare and self.every == 1 and self.holidays == "yes"


class Campaign(Table):
    """Days of each year (month-day, inclusive) in which a section goes first."""

    id: Id
    name: str
    from_: MonthDay = Field(alias="from")
    until: MonthDay
    section: str


class DateException(Table):
    """Dates on which a slot is cancelled, moved (``at``), given another programme, or added.

    The dates are ``date`` (to ``until``, inclusive) or the days of ``lunar``, which come back every year; only
    ``stations`` are concerned. ``minutes`` changes the length. ``add`` makes a slot of its own under a new id.
    """

    date: datetime.date | None = None
    until: datetime.date | None = None
    lunar: LunarRules = ()
    slot: Id
    action: Literal["cancel", "move", "replace", "add"]
    at: Time | None = None
    programme: str = ""
    minutes: float | None = Field(None, gt=0, le=240)
    late: Annotated[str, BeforeValidator(_late)] = "join"
    stations: tuple[str, ...] = ("all",)
    note: str = ""


class Quiet(Table):
    """Days of mourning, inclusive: no music, jingle, bed or fill; programmes may be short."""

    from_: datetime.date = Field(alias="from")
    until: datetime.date
    stations: tuple[str, ...] = ("all",)
    note: str = ""


class Permit(Table):
    """An approved exception from the hours: sound is allowed ``from`` … ``until`` (local date and time).

    ``by`` and ``document`` name who approved it and in what; without them it cannot be written. The minutes and
    sessions of that stretch's first day may be raised.
    """

    from_: Annotated[datetime.datetime, AfterValidator(_local)] = Field(alias="from")
    until: Annotated[datetime.datetime, AfterValidator(_local)]
    by: str = Field(min_length=1)
    document: str = Field(min_length=1)
    session_minutes: float | None = Field(None, gt=0, le=240)
    day_minutes: float | None = Field(None, gt=0, le=1440)
    sessions: int | None = Field(None, ge=0, le=48)
    stations: tuple[str, ...] = ("all",)


class Relay(Table):
    """A stream of another station (tiếp âm); ``fallback`` of ``audio/`` is heard while it is dead or silent."""

    id: Id
    name: str
    url: str
    fallback: str

    @field_validator("url")
    @classmethod
    def _stream(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            raise ValueError(_('"%s" is no address of a stream; write https://…') % url)
        return url


class DeliveryTable(Table):
    """``kbit``: the most that all pushes to other machines together may send, in kbit/s; 0 for no limit."""

    kbit: int = Field(0, ge=0, le=10_000_000)


class Station(Table):
    """One commune's station. ``push`` is where its package goes ({id} is replaced): a folder, or
    ``sftp://user@host/folder`` on another machine, whose public ``host_key`` is then needed.

    ``order`` ranks priority bulletins that clash, by id, source or section, the first named first.
    ``takes_routine``: routine bulletins from the level above air here without the commune choosing each.
    """

    id: Id
    name: str
    group: str = ""
    clusters: tuple[str, ...] = ()
    push: str = "var/stations/{id}"
    host_key: str = ""
    volume: int = Field(100, ge=0, le=100)
    limits: Limits | None = None
    order: tuple[str, ...] = ()
    takes_routine: bool = False


class House(Table):
    """The whole of ``schedule.toml``."""

    centre: Centre
    voice: VoiceTable = VoiceTable()
    reading: ReadingTable = ReadingTable()
    sound: Sound = Sound()
    limits: Limits = Limits()
    delivery: DeliveryTable = DeliveryTable()
    section: tuple[Section, ...]
    programme: tuple[Programme, ...]
    slot: tuple[Slot, ...]
    campaign: tuple[Campaign, ...] = ()
    exception: tuple[DateException, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    permit: tuple[Permit, ...] = ()
    relay: tuple[Relay, ...] = ()
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
                spans = [Span(slot.id, _seconds(slot.at), slot.seconds) for slot in group]
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
                yield path, (_('there is no "%s"') % part.relay, _did_you_mean(part.relay, relays))
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
            parse_place(pathlib.Path(), station.push.replace("{id}", station.id), station.host_key)
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
            yield path, (_('there is no "%s"') % value, _did_you_mean(value, known))

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
