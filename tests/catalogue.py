"""The message catalogue: ``python -m tests.catalogue`` extracts, updates and compiles it.

Click's own phrases are in it too (tests/click_messages.txt), because click translates through the same domain.
"""

import io
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent / "radio"
PO = ROOT / "locale" / "vi" / "LC_MESSAGES" / "radio.po"
MO = PO.with_suffix(".mo")
CLICK = Path(__file__).parent / "click_messages.txt"
KEYWORDS = {"_": None, "ngettext": (1, 2), "N_": None}


def extracted() -> Catalog:
    """Every message of the program, without a translation."""
    catalog = Catalog(locale="vi", project="radio-commune", charset="utf-8")
    method_map = [("**.py", "python")]
    for file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), method_map, keywords=KEYWORDS
    ):
        catalog.add(message, locations=[(f"radio/{file}", 1)])
    for message in CLICK.read_text("utf-8").split("\n"):
        if message and not message.startswith("# "):
            catalog.add(tuple(message.split("|")) if "|" in message else message.replace("\\n", "\n"))
    return catalog


def stored() -> Catalog:
    """The catalogue with its translations, as kept in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the .mo file."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def update() -> None:
    """Bring the stored catalogue up to date; new messages get an empty translation."""
    new = extracted()
    catalog = stored() if PO.exists() else Catalog(locale="vi", project="radio-commune", charset="utf-8")
    catalog.update(new, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=False, sort_output=True, no_location=True)
    MO.write_bytes(compiled(stored()))
    missing = [message.id for message in catalog if message.id and not message.string]
    print(f"{len(catalog)} messages, {len(missing)} without a translation")


if __name__ == "__main__":
    update()
