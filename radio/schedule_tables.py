"""The tables of ``schedule.toml``: one class a table, one field a key. This is the reference of the file.

Times of day are local to the centre's time zone; lengths are in the unit that the key names.
"""

import datetime
import re
import string
import zoneinfo
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .i18n import _
from .limits import DAY, Rules
from .package import LATE, Codec, Late
from .schedule_values import (
    WEEKDAYS,
    Animals,
    Days,
    Engine,
    Id,
    LateText,
    LocalTime,
    LunarRules,
    MonthDay,
    Names,
    Time,
    VoiceFile,
    Week,
    Window,
    Zone,
    did_you_mean,
)


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
    timezone: Zone = "Asia/Ho_Chi_Minh"
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
        windows = [(seconds_of(start), seconds_of(until) if until else DAY) for start, until in self.windows]
        return Rules(
            tuple(windows), round(self.session_minutes * 60), round(self.day_minutes * 60), self.sessions
        )


def seconds_of(time: datetime.time) -> int:
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
                raise ValueError(_("{%s} is not known here. ") % name + did_you_mean(name, known))
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
    late: LateText = "join"
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
    late: LateText = "join"
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

    from_: LocalTime = Field(alias="from")
    until: LocalTime
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
