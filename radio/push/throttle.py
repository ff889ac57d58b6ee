"""A cap on the bytes sent in a second, shared by everything that is sent at the same time."""

import asyncio


class Throttle:
    """Lets ``rate`` bytes a second through; 0: all that come."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._free_at = 0.0

    @property
    def block(self) -> int:
        """How much to send at once, so that a cap is kept within a second."""
        return min(BLOCK, max(1024, self.rate // 4)) if self.rate else BLOCK

    async def take(self, count: int) -> None:
        """Wait until ``count`` more bytes may be sent."""
        if not self.rate:
            return
        now = asyncio.get_running_loop().time()
        start = max(now, self._free_at)
        self._free_at = start + count / self.rate
        if start > now:
            await asyncio.sleep(start - now)


BLOCK = 256 * 1024
"""Bytes: enough to keep a long line busy, little enough to lose at a cut."""
