"""The station in the commune: plays the day from its folder alone, and keeps the log that proves it.

Nothing here knows how content is made. Of the rest of the program the station uses `radio.package` (what it
is given), `radio.files`, `radio.problem` and `radio.i18n`; codecs load in the player's process only.
"""
