"""An engine that trains nothing, for all tests here that ask for it."""

from tests.pages.stand_in import engine  # noqa: F401 - a fixture
