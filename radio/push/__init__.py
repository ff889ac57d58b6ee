"""Packages → stations: one result each, whatever happens to the others."""

from .folder import push_all, push_folder
from .result import Pushed
from .tree import TreeFile, merged, station_tree

__all__ = ["Pushed", "TreeFile", "merged", "push_all", "push_folder", "station_tree"]
