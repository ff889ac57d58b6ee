"""What can go wrong in the mix."""

from ..problem import RadioError


class MixError(RadioError):
    """An item that cannot be made: an unreadable, silent, endless or changed source; the text names the file."""
