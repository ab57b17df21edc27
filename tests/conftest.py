"""One torch thread: the same bits on every machine, and no fight for the cores."""

import os

import hypothesis

os.environ["OMP_NUM_THREADS"] = "1"
# A busy machine is no fault of the code, and a test that fails fails again when it is run again.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")


def pytest_collection_modifyitems(items):
    """Put browser tests last: Playwright leaves an event loop running that others would meet."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
