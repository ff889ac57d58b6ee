"""The word to systemd that the station lives (``sd_notify``): one datagram to the socket it names."""

import os
import socket


class Notifier:
    """Tells the service manager what happens; does nothing where there is none."""

    def __init__(self, address: str | None = None) -> None:
        name = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if name else None
        if self._socket:
            self._socket.setblocking(False)

    def tell(self, *lines: str) -> None:
        """Send lines such as ``READY=1``. A manager that does not listen is no reason to fall silent."""
        if self._socket:
            try:
                self._socket.sendto("\n".join(lines).encode(), self._address)
            except OSError:
                return

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket:
            self._socket.close()
