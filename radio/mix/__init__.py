"""Clips, jingles and beds → a finished item: first a plan (a pure value), then the audio."""
