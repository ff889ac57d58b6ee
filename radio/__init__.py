"""The voice of the commune: from a typed bulletin to sound at an unattended loudspeaker station.

``radio.newsroom`` is the whole build of a day on one page; ``docs/architecture.md`` draws the data flow.
"""

__version__ = "0.1.0"
