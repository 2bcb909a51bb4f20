from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.kitchen import Kitchen
from tests.api.live import served
from tests.support.browser import running_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture
def kitchen(kitchen_with: Callable[..., Kitchen]) -> Kitchen:
    return kitchen_with(feed_heartbeat_seconds=0.5, feed_recheck_seconds=1.0, still_fresh_seconds=30.0)


@pytest.fixture
def url(kitchen: Kitchen) -> Iterator[str]:
    with served(kitchen.app, kitchen.twins.settings) as address:
        yield address
