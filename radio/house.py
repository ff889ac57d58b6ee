"""Open a house: read its files once, and say everything that is wrong with them at once."""

import datetime
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .approval import Standing, content_hash, standing
from .config import House, audio_files, parse_house
from .files import sha256_file
from .i18n import _
from .problem import BadInput, Problem, os_reason
from .reading import Expiry, Lexicon, Settings, load_lexicon, read, true_until
from .script import LANGUAGES, Bulletin, Insert, parse
from .spoken import Recorded, Spoken, speak
from .toml_places import key_lines, line_of

SCHEDULE = "schedule.toml"


@dataclass(frozen=True)
class Ready:
    """A bulletin with its reading and its standing: all that building needs to know of a script."""

    bulletin: Bulletin
    spoken: Spoken
    content: str
    standing: Standing
    expiry: Expiry | None = None
    """When its words stop being true ("sáng mai", "từ 7h30 đến 11h30 ngày 26/11"), as far as they tell."""


@dataclass(frozen=True)
class OpenHouse:
    """A house as it stands on disk now. ``problems`` concern single scripts: the others still work."""

    root: Path
    house: House
    lexicon: Lexicon
    settings: Settings
    scripts: tuple[Ready, ...]
    problems: tuple[Problem, ...]

    @property
    def var(self) -> Path:
        """Everything that can be made again."""
        return self.root / "var"

    @property
    def state(self) -> Path:
        """What cannot be made again."""
        return self.root / "state"

    def audio(self, name: str) -> Path:
        """Path of a file of ``audio/``."""
        return self.root / "audio" / name

    def script(self, name: str) -> Ready:
        """The script of that id, file name or path; `BadInput` if there is none."""
        wanted = Path(name).name.removesuffix(".md")
        for ready in self.scripts:
            if ready.bulletin.id == wanted:
                return ready
        known = [
            problem for problem in self.problems if Path(problem.file).stem == wanted and not problem.warning
        ]
        hint = _("Scripts are the .md files in %s.") % (self.root / "scripts")
        raise BadInput(known or [Problem(name, 0, _("there is no such script"), hint)])


def open_house(root: Path) -> OpenHouse:
    """Read the house in folder ``root``.

    Raises `BadInput` when the house itself (``schedule.toml``, ``lexicon.toml``) cannot be used; what is wrong
    with single scripts is in ``problems``, and those scripts are left out.
    """
    schedule = root / SCHEDULE
    if not schedule.is_file():
        hint = _('Go into the folder of the house, or name it: "--house FOLDER".')
        raise BadInput([Problem(str(schedule), 0, _("there is no schedule.toml: this is not a house"), hint)])
    data = schedule.read_bytes()
    house, problems = parse_house(SCHEDULE, data)
    lexicon, more = (
        load_lexicon(root / "lexicon.toml") if (root / "lexicon.toml").exists() else (Lexicon(), [])
    )
    problems += more
    if house is None or any(not problem.warning for problem in problems):
        bulletins, others = _read_scripts(root, house.speakers if house else ())
        raise BadInput([*problems, *others])
    settings = Settings(**house.reading.model_dump())
    bulletins, others = _read_scripts(root, house.speakers)
    problems += others
    by_id = {bulletin.id: bulletin for bulletin in bulletins}
    problems += [
        problem for bulletin in bulletins for problem in _wrong_references(house, root, bulletin, by_id)
    ]
    problems += [problem for bulletin in bulletins for problem in _not_recorded(root, bulletin)]
    problems += _missing_audio(house, root, data.decode("utf-8-sig"))
    broken = {problem.file for problem in problems if not problem.warning}
    scripts = tuple(
        ready(root, bulletin, lexicon, settings, house.voice.phone_twice, by_id.get(bulletin.translation_of))
        for bulletin in bulletins
        if bulletin.file not in broken
    )
    return OpenHouse(root, house, lexicon, settings, scripts, tuple(problems))


def ready(
    root: Path,
    bulletin: Bulletin,
    lexicon: Lexicon,
    settings: Settings,
    phone_twice: bool = True,
    original: Bulletin | None = None,
) -> Ready:
    """Read a bulletin aloud on paper and see whether it is approved as it would be read today.

    ``original`` is the Vietnamese script of which it is a translation.
    """
    audio = root / "audio"
    recorded = bool(bulletin.recording) and _inside(audio, bulletin.recording)
    spoken = speak(bulletin, lexicon, settings, phone_twice=phone_twice, recorded=recorded)
    files = [part.file for part in spoken if isinstance(part, Insert | Recorded)]
    recordings = {file: sha256_file(audio / file) for file in files if (audio / file).is_file()}
    title = read(bulletin.title, lexicon, settings).spoken  # the contents announce it
    content = content_hash(bulletin, spoken, recordings, original, title)
    return Ready(bulletin, spoken, content, standing(bulletin, content), _expiry(bulletin, lexicon))


def _expiry(bulletin: Bulletin, lexicon: Lexicon) -> Expiry | None:
    """When a Vietnamese bulletin stops being true, counted from its first day; None where that is not known."""
    first = (
        bulletin.valid_from
        or _day(bulletin.id)
        or (_day(bulletin.approval.at) if bulletin.approval else None)
    )
    return true_until(bulletin.text, first, lexicon) if first and bulletin.language == "vi" else None


def _day(text: str) -> datetime.date | None:
    """The date that a text begins with: a script's name "2026-11-23-cat-dien", the time of an approval."""
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _read_scripts(root: Path, speakers: tuple[str, ...]) -> tuple[list[Bulletin], list[Problem]]:
    bulletins: list[Bulletin] = []
    problems: list[Problem] = []
    titles: dict[str, Bulletin] = {}
    for path in sorted((root / "scripts").glob("*.md")):
        file = str(path.relative_to(root))
        try:
            bulletin, wrong = parse(file, path.read_bytes(), speakers)
        except OSError as error:
            bulletin, wrong = None, [Problem(file, 0, _("cannot be read: %s") % os_reason(error))]
        problems += wrong
        if bulletin is None:
            continue
        title = unicodedata.normalize("NFC", bulletin.title).casefold()
        if twin := titles.get(title):
            hint = _("Give one of them another title: listeners and reports tell bulletins apart by it.")
            message = _("it has the same title as %s") % twin.file
            problems.append(Problem(file, bulletin.line_of("title"), message, hint))
            continue
        titles[title] = bulletin
        bulletins.append(bulletin)
    return bulletins, problems


def _wrong_references(
    house: House, root: Path, bulletin: Bulletin, by_id: Mapping[str, Bulletin]
) -> Iterator[Problem]:
    """What the script names that the house does not have."""
    sections = {section.id for section in house.section}
    if bulletin.section not in sections:
        hint = _("Known: %s.") % ", ".join(sorted(sections))
        message = _('there is no section "%s"') % bulletin.section
        yield Problem(bulletin.file, bulletin.line_of("section"), message, hint)
    known = {"all"} | {station.id for station in house.station} | {station.group for station in house.station}
    for target in bulletin.stations:
        if target not in known - {""}:
            message = _('there is no station or group "%s"') % target
            hint = _("Known: %s.") % ", ".join(sorted(known - {""}))
            yield Problem(bulletin.file, bulletin.line_of("stations"), message, hint)
    clusters = {cluster for station in house.station for cluster in station.clusters}
    for cluster in bulletin.clusters:
        if cluster not in clusters:
            message = _('no station has a cluster "%s"') % cluster
            hint = _("Write it as the station's clusters are written in schedule.toml.")
            yield Problem(bulletin.file, bulletin.line_of("clusters"), message, hint)
    if bulletin.corrects and bulletin.corrects not in by_id:
        message = (
            _('there is no script "%s" any more; the correction airs where it aired') % bulletin.corrects
        )
        hint = _("If the name is wrong, write the file name of the wrong script without .md.")
        yield Problem(bulletin.file, bulletin.line_of("corrects"), message, hint, warning=True)
    for part in bulletin.parts:
        if isinstance(part, Insert) and not _inside(root / "audio", part.file):
            message = _('the recording "%s" is not in the audio folder') % part.file
            yield Problem(bulletin.file, part.line, message, _("Copy it there, or correct its name."))
    if bulletin.bed and not _inside(root / "audio", bulletin.bed):
        message = _('the bed "%s" is not in the audio folder') % bulletin.bed
        yield Problem(
            bulletin.file, bulletin.line_of("bed"), message, _("Copy it there, or correct its name.")
        )

    if bulletin.voice and bulletin.voice not in house.voice.aired:
        message = _('the voice "%s" is not on air: the house\'s own order is used') % bulletin.voice
        hint = _("On air: %s.") % ", ".join(house.voice.aired)
        yield Problem(bulletin.file, bulletin.line_of("voice"), message, hint, warning=True)
    if name := bulletin.translation_of:
        original, line = by_id.get(name), bulletin.line_of("translation_of")
        if original is None:
            message = _('there is no script "%s" that this could be a translation of') % name
            yield Problem(bulletin.file, line, message, _("Write the Vietnamese script's name without .md."))
        elif original.language != "vi":
            message = _('"%s" is not Vietnamese') % name
            yield Problem(bulletin.file, line, message, _("Name the Vietnamese script that both translate."))


def _not_recorded(root: Path, bulletin: Bulletin) -> Iterator[Problem]:
    """A recording that is not there: reported, and what airs instead is said."""
    if bulletin.recording and not _inside(root / "audio", bulletin.recording):
        vietnamese = bulletin.language == "vi"
        message = (
            _('the recording "%s" is not in the audio folder: a machine voice reads the text')
            if vietnamese
            else _('the recording "%s" is not in the audio folder: this is not aired, only the Vietnamese')
        )
        hint = _("Copy it there, or correct its name.")
        line = bulletin.line_of("recording")
        yield Problem(bulletin.file, line, message % bulletin.recording, hint, warning=True)
    elif bulletin.language != "vi" and not bulletin.recording:
        message = _("no machine voice reads %s: it is not aired before a person has recorded it")
        hint = _('Copy the recording into audio/ and add: recording = "…" and read_by = "…"')
        line = bulletin.line_of("language")
        yield Problem(bulletin.file, line, message % LANGUAGES[bulletin.language], hint, warning=True)


def _missing_audio(house: House, root: Path, schedule: str) -> Iterator[Problem]:
    places = key_lines(schedule)
    for path, name in audio_files(house):
        if not _inside(root / "audio", name):
            message = _('the file "%s" is not in the audio folder') % name
            hint = _("Copy it there, or correct its name.")
            yield Problem(SCHEDULE, line_of(places, path), message, hint)


def _inside(folder: Path, name: str) -> bool:
    """Whether ``name`` is a file of ``folder`` (and not one elsewhere, by ``..`` or a link)."""
    path = (folder / name).resolve()
    return path.is_file() and path.is_relative_to(folder.resolve())
