"""``python -m radio.cli``: the same as the program ``radio``."""

from . import main

main()
