"""Spoken text → clips: the `Voice` protocol, its engines, and the store that keeps each voiced sentence."""
