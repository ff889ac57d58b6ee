"""Clips, jingles and beds → a finished item: first a plan (a pure value), then the audio."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Items are mixed in processes, one a core: numpy's own threads only cost 40 ms at every start."""
