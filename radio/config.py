"""``schedule.toml`` → `House`: who speaks, when and where. Every error at once, with line and suggestion."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from .i18n import _
from .problem import Problem
from .schedule_checks import audio_files, cross_checks
from .schedule_tables import (
    Campaign,
    ClockPart,
    DateException,
    House,
    Limits,
    Permit,
    Programme,
    Quiet,
    Relay,
    Section,
    Slot,
    Speaker,
    Station,
)
from .schedule_values import WEEKDAYS, LunarRule, did_you_mean
from .toml_places import Path as KeyPath
from .toml_places import key_lines, line_of

__all__ = [
    "WEEKDAYS",
    "Campaign",
    "ClockPart",
    "DateException",
    "House",
    "Limits",
    "LunarRule",
    "Permit",
    "Programme",
    "Quiet",
    "Relay",
    "Section",
    "Slot",
    "Speaker",
    "Station",
    "audio_files",
    "parse_house",
]

MAX_BYTES = 1 << 20


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
    problems = [Problem(file, line_of(places, path), *what) for path, what in cross_checks(house)]
    return (house if not problems else None), problems


def _problem(file: str, places: dict[KeyPath, int], error: dict[str, Any]) -> Problem:
    """One of pydantic's errors in our own words."""
    path: KeyPath = tuple("from" if part == "from_" else part for part in error["loc"])
    key, kind, context = ".".join(map(str, path)), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        message, hint = _('unknown key "%s"') % key, did_you_mean(str(path[-1]), _known_keys(path))
    elif kind == "missing":
        message, hint = _('"%s" is missing') % key, ""
    elif kind == "value_error":
        message, hint = f"{key}: {context['error']}", ""
    elif kind == "literal_error":
        choices = re.findall(r"'([^']+)'|(\b\d+\b)", context["expected"])
        known = [text or number for text, number in choices]
        message, hint = _('%(key)s: "%(value)s" is not possible') % {"key": key, "value": error["input"]}, ""
        hint = did_you_mean(str(error["input"]), known)
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
