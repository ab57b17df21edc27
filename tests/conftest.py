"""One torch thread: the same bits on every machine, and no fight for the cores."""

import os

os.environ["OMP_NUM_THREADS"] = "1"
