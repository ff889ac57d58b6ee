"""What is signed, by whom, and what of it is believed. The Update Framework does the cryptography.

`roles`, `fingerprint` and `rules` are pure. `client` is the station's side: it needs a folder and what the station
remembers. `keys` and `repository` are the centre's side, and no station loads them.

The tree, the same on a disk, a USB stick or a server::

    items/<sha256>.mp3                       immutable audio, shared by stations
    targets/<station>/<sha256>.<date>.json   the manifest of one station and day, immutable
    metadata/<version>.<role>.json           signed metadata, immutable
    metadata/timestamp.json                  written last and the only file ever replaced: the commit
"""
