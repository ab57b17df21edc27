"""One torch thread: the same bits on every machine, and no fight for the cores."""

import os

os.environ["OMP_NUM_THREADS"] = "1"


def pytest_collection_modifyitems(items):
    """Put browser tests last: Playwright leaves an event loop running that others would meet."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
