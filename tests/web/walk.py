"""How people get about in the console."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.api.kitchen import PASSWORD
from tests.support.browser import DESKTOP, Visit, visit
from tests.support.checkout import REPOSITORY

AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Answers of the service come late, each path's by its own time: what a page does then hardly depends on the machine.
HOLD_UP = """(() => { const ask = window.fetch; window.fetch = async (...asked) => {
  const { pathname } = new URL(asked[0]?.url ?? asked[0], location);
  const answer = await ask(...asked);
  if (/feed/.test(pathname)) return answer;
  const mixed = [...pathname].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  await new Promise(done => setTimeout(done, 100 + mixed % 600));
  return answer; }; })()"""
MOVED = """() => new Promise(done => { let moved = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) moved += one.value;
    done(moved); }).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(moved), 300); })"""
GOOD_SHIFT = 0.1  # what is called good: https://web.dev/articles/cls
LEAD = "AI 线索，未经人工核实"

expect.set_options(timeout=20_000)  # the machine may be busy; nothing here waits for a time that is not needed


def log_in(page: Page, name: str, path: str = "/", password: str = PASSWORD) -> None:
    """The login stands in place of the page that was asked for; afterwards that page is there."""
    page.goto(path)
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("button[type=submit]")
    expect(page.locator("#name")).to_have_count(0)


@contextmanager
def logged_in(
    browser: Browser,
    url: str,
    name: str,
    path: str = "/console/",
    size: tuple[int, int] = DESKTOP,
    **chosen: str,
) -> Iterator[Visit]:
    """A visit that begins behind the login. `chosen`: language and theme, as a browser would remember them."""
    with visit(browser, url, size) as found:
        for key, value in chosen.items():
            found.page.add_init_script(f"localStorage.setItem('brightkitchen.{key}', '{value}')")
        log_in(found.page, name, path)
        yield found


def serious_faults(page: Page) -> list[str]:
    """What axe calls serious or critical, a line each."""
    page.evaluate(Path(AXE).read_text("utf-8"))
    answer: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in answer["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def unsaid_words(page: Page) -> list[str]:
    """What a script writes where it had nothing to say."""
    text = page.inner_text("body")
    return [word for word in ("false", "true", "undefined", "null", "NaN", "[object") if word in text]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the screen, once its charts have followed a change of the size."""
    with suppress(PlaywrightTimeoutError):
        page.wait_for_function(f"() => {OVERFLOW} <= 0", timeout=10_000)
    return int(page.evaluate(OVERFLOW))
