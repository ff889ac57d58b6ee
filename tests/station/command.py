"""``python -m tests.station.command``: the station's commands alone, in a process of their own."""

from radio.cli.station import station

if __name__ == "__main__":
    station()
