"""Written Vietnamese becomes spoken Vietnamese: classify, then speak.

>>> from radio.reading import read
>>> read("Họp lúc 7h30 ngày 4/4/2024.").spoken
'Họp lúc bảy giờ ba mươi phút ngày bốn tháng tư năm hai nghìn không trăm hai mươi tư.'

Each class of written thing has one name, shared by its module, its table in ``tables/``, its case file and
the ``kind`` of its spans. Reading touches no file but the shipped tables, which are loaded once.
"""

from .lexicon import Lexicon, learn, load_lexicon
from .model import CHOICES, Reading, Settings, Span, Utterance
from .reader import read
from .sentences import utterances
from .validity import Expiry, true_until

__all__ = [
    "CHOICES",
    "Expiry",
    "Lexicon",
    "Reading",
    "Settings",
    "Span",
    "Utterance",
    "learn",
    "load_lexicon",
    "read",
    "true_until",
    "utterances",
]
