"""The message catalogue: ``python -m tests.catalogue`` extracts, updates and compiles it.

Click's own phrases are in it too (tests/click_messages.txt), because click translates through the same domain.
Running it twice changes nothing: the header carries no date of the run.
"""

import datetime
import io
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent / "radio"
PO = ROOT / "locale" / "vi" / "LC_MESSAGES" / "radio.po"
MO = PO.with_suffix(".mo")
CLICK = Path(__file__).parent / "click_messages.txt"
KEYWORDS = {"_": None, "ngettext": (1, 2), "N_": None}
HEADER = (
    "# Vietnamese messages of Radio Commune. Written by `python -m tests.catalogue`; translate the msgstr."
)
BEGUN = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
Key = str | tuple[str, ...]


def extracted() -> Catalog:
    """Every message of the program, without a translation."""
    catalog = Catalog(
        locale="vi",
        project="Radio Commune",
        version="",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="vi",
        creation_date=BEGUN,
        revision_date=BEGUN,
        charset="utf-8",
        fuzzy=False,
        header_comment=HEADER,
    )
    method_map = [("**.py", "python")]
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), method_map, keywords=KEYWORDS
    ):
        catalog.add(message)
    for message in click_messages():
        catalog.add(message)
    return catalog


def click_messages() -> list[Key]:
    """Click's phrases: a text, or the two forms of a counted one."""
    lines = CLICK.read_text("utf-8").split("\n")
    texts = [
        line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line and not line.startswith("# ")
    ]
    return [tuple(text.split("|")) if "|" in text else text for text in texts]


def stored() -> Catalog:
    """The catalogue with its translations, as kept in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def translations() -> dict[Key, str]:
    """Each message id of the stored catalogue with its one Vietnamese form ("" where there is none yet)."""
    return {key_of(message): text_of(message) for message in stored() if message.id}


def key_of(message: Message) -> Key:
    """The id of a message: a text, or the two forms of a counted one."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def text_of(message: Message) -> str:
    """The translation of a message: Vietnamese has one form for every count."""
    return message.string if isinstance(message.string, str) else "".join(message.string or ())


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the .mo file."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def fresh(translated: dict[Key, str]) -> Catalog:
    """Today's messages with what is known of their translations; what the program no longer says is dropped."""
    catalog = extracted()
    for message in catalog:
        text = translated.get(key_of(message), "") if message.id else ""
        if text:
            message.string = (text,) if message.pluralizable else text
    return catalog


def update() -> None:
    """Bring the stored catalogue up to date; new messages get an empty translation."""
    write(fresh(translations() if PO.exists() else {}))
    missing = [key for key, text in translations().items() if not text]
    print(f"{len(translations())} messages, {len(missing)} without a translation")


def write(catalog: Catalog) -> None:
    """Store ``catalog`` as .po and .mo."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, no_location=True)
    MO.write_bytes(compiled(stored()))


if __name__ == "__main__":
    update()
