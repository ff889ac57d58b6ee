"""Packages → stations: one result each, whatever happens to the others."""

from .deliver import deliver
from .folder import push_folder
from .result import Pushed
from .tree import TreeFile, merged, station_tree

__all__ = ["Pushed", "TreeFile", "deliver", "merged", "push_folder", "station_tree"]
