"""The choice between presets, on each page that offers one."""

import pytest

from gan_core.matches import MATCHES
from tests.pages.stand_in import go, open_home, query

pytestmark = pytest.mark.usefixtures("engine")
LIVE = ("playground", "collapse-clinic", "critic-workshop")
COMPARING = ("js-wasserstein", "collapse-clinic")


def chosen(slug, **asked):
    """Return what the page's choice says after a link has been followed."""
    page = go(open_home(lang="en"), slug.replace("-", "_"), lang="en", **asked)
    assert not page.exception
    assert not page.warning
    assert asked.items() <= query(page).items()
    return page.segmented_control(key=f"{slug}-preset").value


@pytest.mark.parametrize("preset", ["best-ring", "saturate", "ring-clip", "patient-c"])
@pytest.mark.parametrize("slug", LIVE)
def test_a_link_opens_a_preset_that_the_page_does_not_offer(slug, preset):
    assert chosen(slug, preset=preset) == preset


@pytest.mark.parametrize("match", MATCHES)
@pytest.mark.parametrize("slug", COMPARING)
def test_a_link_opens_a_match_that_the_page_does_not_offer(slug, match):
    assert chosen(slug, match=match) == match
