"""A real browser without a screen, and what its pages complained about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1440, 900)
PHONE = (390, 844)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium from the system; a skip where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One page of its own session (cookies, storage), with the errors it met: of scripts, of the page's policy."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        # An answer that is no success is told to the user by the page itself; the browser notes it here as well.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)


@contextmanager
def visit(browser: Browser, base_url: str, size: tuple[int, int] = DESKTOP, language: str = "zh-CN") -> Iterator[Visit]:
    """Open a page; every wait in it ends after ten seconds."""
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        timezone_id="Asia/Shanghai",
        is_mobile=size[0] < 600,
        has_touch=size[0] < 600,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    found = Visit(page)
    page.on("console", found.note)
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    try:
        yield found
    finally:
        context.close()
