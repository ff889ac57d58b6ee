"""Bulletin → what is said, in order: sentences with their speaker and pause, recordings, silences. Pure."""

from dataclasses import dataclass

from .reading import Lexicon, Settings, Utterance, utterances
from .script import Bulletin, Insert, Paragraph, Pause


@dataclass(frozen=True)
class Said:
    """One utterance by one speaker; ``line`` is where its paragraph starts in the script."""

    speaker: str
    utterance: Utterance
    line: int
    heading: bool

    @property
    def text(self) -> str:
        """The words as the voice gets them."""
        return self.utterance.spoken


Spoken = tuple[Said | Insert | Pause, ...]


def speak(bulletin: Bulletin, lexicon: Lexicon, settings: Settings) -> Spoken:
    """Everything that a listener of ``bulletin`` will hear, in order."""
    said: list[Said | Insert | Pause] = []
    for part in bulletin.parts:
        if isinstance(part, Paragraph):
            heading = part.text.startswith("#")
            text = part.text.lstrip("# ") if heading else part.text
            said += [
                Said(part.speaker, utterance, part.line, heading)
                for utterance in utterances(text, lexicon, settings)
                if utterance.spoken.strip()
            ]
        else:
            said.append(part)
    return tuple(said)


def spoken_text(spoken: Spoken) -> str:
    """What is said as plain text, one utterance a line, speakers and recordings marked; for people and diffs."""
    lines = []
    speaker = ""
    for part in spoken:
        if isinstance(part, Insert):
            lines.append(f"[[audio: {part.file}]]")
        elif isinstance(part, Pause):
            lines.append(f"[[nghỉ {part.ms / 1000:g}s]]")
        else:
            named = f"{part.speaker}: " if part.speaker != speaker else ""
            lines.append(named + part.text)
            speaker = part.speaker
    return "\n".join(lines)
