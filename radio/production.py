"""Words → item plans: each sentence voiced (or taken from the store), then everything in its place."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from .config import House
from .config import Speaker as SpeakerTable
from .files import sha256_file
from .house import OpenHouse, Ready
from .i18n import _
from .mix.phrases import phrases
from .mix.picture import read_picture
from .mix.plan import Bed, ItemPlan, Music, Part, Recording, Silence, SoundSettings, Source, Speech, Tags
from .mix.problems import MixError
from .problem import os_reason
from .reading import utterances
from .script import Insert, Pause
from .spoken import Recorded, Said
from .voice import Speaker, Studio, Voiced, VoiceError

LANGUAGE_TAGS = {"vi": "vi", "tay": "tyz", "nung": "nut", "mong": "hmn", "dao": "ium"}
"""BCP 47 tags of a bulletin's languages (ISO 639-3: Tày, Nùng of Việt Nam, Hmong, Iu Mien)."""

INSERT_PAUSE_MS = 600
"""Silence after a recording inside a bulletin."""

PHRASE_FADE_MS = 1500
"""At the end of a phrase its last note only has to be kept from being cut off while it rings."""


@dataclass
class Production:
    """Turns words into `ItemPlan` values with one studio; counts what had to be voiced."""

    opened: OpenHouse
    studio: Studio
    logo: Source | None = None
    clips_made: int = 0
    _hashes: dict[Path, str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """The house's schedule."""
        return self.opened.house

    def bulletin(self, ready: Ready) -> ItemPlan:
        """The item of one bulletin. Raises `VoiceError` when no engine can say it."""
        bulletin = ready.bulletin
        if not ready.spoken:
            raise VoiceError(_("it has not been recorded, and no machine voice reads its language"))
        said = [part for part in ready.spoken if isinstance(part, Said)]
        names = self.studio.names
        engines = tuple(dict.fromkeys([bulletin.voice, *names])) if bulletin.voice in names else ()
        voiced = self._voiced([(part.text, self._speaker(part.speaker)) for part in said], engines)
        clips = iter(voiced.clips)
        parts: list[Part] = []
        speaker = ""
        for part in ready.spoken:
            if isinstance(part, Insert):
                source = self._source(self.opened.audio(part.file))
                parts.append(Recording(source, INSERT_PAUSE_MS, chapter=Path(part.file).stem))
            elif isinstance(part, Recorded):
                parts.append(Recording(self._source(self.opened.audio(part.file)), chapter=part.read_by))
            elif isinstance(part, Pause):
                parts.append(Silence(part.ms))
            else:
                clip = next(clips)
                chapter = part.text if part.heading else part.speaker if part.speaker != speaker else ""
                speaker = part.speaker
                source = Source(clip.path, clip.sha256)
                parts.append(Speech(source, self._pause_ms(part.utterance.pause), chapter=chapter))
        bed = (
            Bed(self._source(self.opened.audio(bulletin.bed)), self.house.sound.bed_below)
            if bulletin.bed
            else None
        )
        tags = self._tags(bulletin.title, bulletin.section, bulletin.text, ready.content, voiced.engine)
        tags = replace(tags, language=LANGUAGE_TAGS[bulletin.language])
        return ItemPlan(_without_last_pause(parts), bed, self.sound, tags)

    def frame(
        self, title: str, text: str, audio: str = "", bed: str = "", music_last: bool = False
    ) -> ItemPlan:
        """An announcement of the running order, with the music ``audio`` before it, or after it (farewell)."""
        sentences = utterances(text, self.opened.lexicon, self.opened.settings)
        spoken = [sentence for sentence in sentences if sentence.spoken.strip()]
        voiced = self._voiced([(sentence.spoken, self._speaker("")) for sentence in spoken], ())
        parts: list[Part] = [
            Speech(Source(clip.path, clip.sha256), self._pause_ms(sentence.pause))
            for sentence, clip in zip(spoken, voiced.clips, strict=True)
        ]
        if audio:
            music = Music(self._source(self.opened.audio(audio)), pause_ms=0 if music_last else 300)
            parts.insert(len(parts) if music_last else 0, music)
        under = Bed(self._source(self.opened.audio(bed)), self.house.sound.bed_below) if bed else None
        return ItemPlan(
            _without_last_pause(parts), under, self.sound, self._tags(title, "", text, "", voiced.engine)
        )

    def music(self, title: str, audio: str, ms: int | None = None) -> ItemPlan:
        """A jingle, sting or ident as it is; with ``ms``, music of exactly that length, faded out."""
        source = self._source(self.opened.audio(audio))
        part = Music(source) if ms is None else Music(source, ms, fade_out_ms=min(4000, ms // 3), loop=True)
        return ItemPlan((part,), None, self.sound, self._tags(title, "", "", "", ""))

    def fill(self, title: str, audio: str, least_ms: int, most_ms: int, otherwise_ms: int) -> ItemPlan:
        """Music to fill a slot, ended where a phrase ends if that lies from ``least_ms`` to ``most_ms``.

        Otherwise it is ``otherwise_ms`` long and fades out in the middle of what it plays.
        """
        known = phrases(self.opened.audio(audio))
        end = known.end_before(most_ms) if known else 0
        if end < least_ms or not end:
            return self.music(title, audio, otherwise_ms)
        part = Music(self._source(self.opened.audio(audio)), end, fade_out_ms=PHRASE_FADE_MS, loop=True)
        return ItemPlan((part,), None, self.sound, self._tags(title, "", "", "", ""))

    @property
    def sound(self) -> SoundSettings:
        """The house's loudness, peak and codec."""
        sound = self.house.sound
        return SoundSettings(sound.lufs, sound.peak, sound.bitrate, sound.horn, sound.codec)

    def _voiced(self, sentences: list[tuple[str, Speaker]], engines: tuple[str, ...]) -> Voiced:
        if not sentences:
            return Voiced("", ())
        voiced = self.studio.voice(sentences, engines)
        self.clips_made += sum(clip.made for clip in voiced.clips)
        return voiced

    def _speaker(self, name: str) -> Speaker:
        for one in self.house.voice.speaker:
            if one.name == name:
                return _speaker(one)
        return Speaker()

    def _pause_ms(self, kind: str) -> int:
        seconds: float = getattr(self.house.voice.pauses, kind)
        return round(seconds * 1000)

    def _source(self, path: Path) -> Source:
        if path not in self._hashes:
            try:
                self._hashes[path] = sha256_file(path)
            except OSError as error:
                message = _("%(file)s cannot be read: %(reason)s")
                raise MixError(message % {"file": path.name, "reason": os_reason(error)}) from error
        return Source(path, self._hashes[path])

    def _tags(self, title: str, section: str, text: str, sha256: str, engine: str) -> Tags:
        names = {one.id: one.name for one in self.house.section}
        centre, logo = self.house.centre.name, self.logo if text else None
        return Tags(title, names.get(section, section), centre, text, sha256, engine, cover=logo)


def house_logo(opened: OpenHouse) -> Source | None:
    """The centre's logo, which goes into every item in which somebody speaks; None where it has none.

    Raises `MixError` for a file that is missing, or no small picture.
    """
    if not opened.house.centre.logo:
        return None
    path = opened.audio(opened.house.centre.logo)
    read_picture(path)
    return Source(path, sha256_file(path))


def _speaker(table: SpeakerTable) -> Speaker:
    return Speaker(**table.model_dump())


def _without_last_pause(parts: list[Part]) -> tuple[Part, ...]:
    """The silence after an item belongs to the playlist, not to the item."""
    last = parts[-1]
    if isinstance(last, Speech | Recording):
        parts[-1] = type(last)(last.source, 0, chapter=last.chapter)
    return tuple(parts)
