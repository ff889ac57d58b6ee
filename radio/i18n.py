"""Messages for users: English ids in the code, Vietnamese by default, ``RADIO_LANG=en`` for English.

The language is read once, when the program starts. Click takes its own phrases ("Usage:", "Missing
argument …") from the process-wide gettext domain, so that domain is pointed at our catalogue as well.
"""

import gettext as _gettext
import os
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "radio"


def language() -> str:
    """The user's language: ``vi`` unless ``RADIO_LANG`` says otherwise."""
    return os.environ.get("RADIO_LANG") or "vi"


_gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
_gettext.textdomain(DOMAIN)
os.environ["LANGUAGE"] = language()  # what the process-wide domain (click's own texts) looks at
_catalogue = _gettext.translation(DOMAIN, str(LOCALE_DIR), languages=[language()], fallback=True)


def _(message: str) -> str:
    """``message`` (English) in the user's language; itself where there is no translation."""
    return _catalogue.gettext(message) if message else ""  # gettext keeps its header under the empty id


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a counted message that fits ``count``, in the user's language."""
    return _catalogue.ngettext(one, many, count)
