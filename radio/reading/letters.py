"""Character classes for patterns: capital and small letters as Vietnamese is written.

Ranges such as ``À-Ỹ`` hold capitals and small letters in turn, so the classes list every letter.
"""

_ALPHABET = range(0x41, 0x1EFA)
_VIETNAMESE = [
    chr(code)
    for code in _ALPHABET
    if (code < 0x1B1 or code >= 0x1EA0) and chr(code).isalpha() and chr(code) not in "ªº"
]
UPPER = "".join(letter for letter in _VIETNAMESE if letter.isupper())
"""All capital letters, for use inside a character class."""
LOWER = "".join(letter for letter in _VIETNAMESE if letter.islower())
"""All small letters, for use inside a character class."""
