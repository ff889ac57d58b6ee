"""Tests read messages in English, as the code has them; those about Vietnamese ask for it."""

import os

os.environ["RADIO_LANG"] = "en"
