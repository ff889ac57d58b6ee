"""The Vietnamese calendar of a date: lunar day, animal of the day, public holiday. Pure.

The lunar calendar is Vietnam's own, by the new moons at UTC+7 (``lunar-vn``): in some years it differs from the
Chinese one, so that Tết 2030 is on 2 February here and on the 3rd there. Every day of 2000–2050 was compared
with new moons and solar terms worked out by an ephemeris (PyEphem): all agree. Public holidays are those of
``holidays``, in Vietnamese, with the days off that the law gives for a weekend.
"""

import datetime
from dataclasses import dataclass
from functools import lru_cache

import holidays
from lunar_vn import solar_to_lunar
from lunar_vn.can_chi import get_year_can_chi

ANIMALS = ("tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi")
"""The twelve animals in their order; a day has one, and market days in the highlands follow them."""

FIRST, LAST = datetime.date(1900, 2, 1), datetime.date(2099, 12, 31)
"""The dates of which the lunar calendar is known."""

_TY_DAY = datetime.date(2024, 1, 1).toordinal()
"""A day of tý (1 January 2024 was Giáp Tý), from which animals are counted in twelves."""

_UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_MONTHS = ("Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười một", "Chạp")


@dataclass(frozen=True)
class LunarDay:
    """A day of the Vietnamese lunar calendar; ``last`` of its month, which has 29 or 30 days."""

    day: int
    month: int
    year: int
    leap: bool
    last: bool

    @property
    def words(self) -> str:
        """As an announcer says it: ``ngày rằm tháng Bảy``, ``ngày mồng một tháng Sáu nhuận``."""
        leap = " nhuận" if self.leap else ""
        return f"ngày {_day_words(self.day)} tháng {_MONTHS[self.month - 1]}{leap}"

    @property
    def year_words(self) -> str:
        """The year by stem and animal: ``Bính Ngọ``."""
        return get_year_can_chi(self.year)


def _day_words(day: int) -> str:
    if day == 15:
        return "rằm"
    if day <= 10:
        return f"mồng {_UNITS[day]}"
    tens, unit = divmod(day, 10)
    ten = "mười" if tens == 1 else f"{_UNITS[tens]} mươi"
    words = {1: "một" if tens == 1 else "mốt", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}
    return f"{ten} {words.get(unit, _UNITS[unit])}".strip()


@lru_cache(maxsize=4096)
def lunar_of(date: datetime.date) -> LunarDay:
    """The lunar day of ``date``. Raises ValueError outside `FIRST` to `LAST`."""
    today, tomorrow = solar_to_lunar(date), solar_to_lunar(date + datetime.timedelta(days=1))
    return LunarDay(today.day, today.month, today.year, bool(today.leap), tomorrow.day == 1)


def animal_of(date: datetime.date) -> str:
    """The animal of the day, one of `ANIMALS`."""
    return ANIMALS[(date.toordinal() - _TY_DAY) % 12]


def holiday_of(date: datetime.date) -> str:
    """The public holiday's name in Vietnamese, or ""."""
    return _holidays(date.year).get(date, "")


@lru_cache(maxsize=16)
def _holidays(year: int) -> dict[datetime.date, str]:
    return dict(holidays.country_holidays("VN", years=year, language="vi"))
