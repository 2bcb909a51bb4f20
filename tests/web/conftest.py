"""The console as it was built, over a real server, in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.built_console import HOW_TO_BUILD, built_console
from tests.api.kitchen import Kitchen
from tests.api.live import served
from tests.support.browser import running_browser
from tests.web.shop import Shop


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def _needs_the_console() -> None:
    if built_console() is None:
        pytest.skip(HOW_TO_BUILD)


@pytest.fixture
def kitchen_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Kitchen]:
    def build(**settings: Any) -> Kitchen:
        usual = {"console": "auto", "feed_heartbeat_seconds": 0.5, "feed_recheck_seconds": 1.0, "live_fps": 5.0}
        return Kitchen(tmp_path_factory.mktemp("scratch"), **{**usual, **settings})

    return build


@pytest.fixture
def kitchen(kitchen_with: Callable[..., Kitchen]) -> Kitchen:
    return kitchen_with(still_fresh_seconds=600.0)


@pytest.fixture
def shop(kitchen: Kitchen) -> Shop:
    opened = Shop(kitchen)
    opened.open()
    return opened


@pytest.fixture
def url(kitchen: Kitchen) -> Iterator[str]:
    with served(kitchen.app, kitchen.twins.settings) as address:
        yield address
