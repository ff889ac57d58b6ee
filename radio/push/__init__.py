"""Packages → stations: one result for each station, whatever happens to the others."""

from .folder import Pushed, push_all, push_folder

__all__ = ["Pushed", "push_all", "push_folder"]
