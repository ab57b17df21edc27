"""An engine that trains nothing, for the pages here."""

from tests.pages.stand_in import engine  # noqa: F401 - a fixture
