"""What to do about a document that is not imported: one sentence for each kind of trouble."""

from ..i18n import _


def shorten() -> str:
    """For what is too long or too large."""
    return _("Copy the part that shall be heard into a document of its own and import that.")


def save_again() -> str:
    """For what is damaged."""
    return _("Open it in the program that wrote it, save it under a new name and import that.")


def ask_sender() -> str:
    """For what no office program writes."""
    return _("It is no ordinary document: do not open it, ask the sender what it is.")


def other_format() -> str:
    """For what is no text document."""
    return _("Save it as .docx, .odt, .pdf or plain text and import that.")


def without_macros() -> str:
    """For documents with a program inside."""
    return _("Save it as .docx or .odt (without macros) and import that.")


def without_password() -> str:
    """For protected documents."""
    return _("Open it with its password, save a copy without one and import that.")
