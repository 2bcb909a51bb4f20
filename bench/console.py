"""The console in a real browser: how long a key takes with 10,000 alerts, and each page's first load and axe faults.

`python -m bench.console` needs a checkout with the console built, Chromium and the packages of `web/`. It prints a
table with the machine's load beside it: on a busy machine the figures say more about the machine.

`--shifts` measures only how far the pages' parts move while they load, in three sizes and with every answer of the
service held up by 0.1 to 0.7 s, each path by its own time: what a page does then hardly depends on the machine.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from api.ports import Role
from tests.alerts.samples import EPOCH
from tests.api.kitchen import CAMERA, FIRM, OWN_FIRM, Kitchen
from tests.api.live import served
from tests.support.browser import PHONE, running_browser, visit
from tests.web.walk import AXE, HOLD_UP, log_in, logged_in

ALERTS = 10_000
KEYS = 60
PAGES = (
    "",
    "alerts",
    "cameras",
    f"cameras/{CAMERA}",
    "enterprises",
    f"enterprises/{FIRM}",
    "regions/none",
    "wall",
    "screen",
    "help",
    "keeping",
    "rules",
    "health",
)
ADMINISTRATORS_PAGES = ("registry", "people", "people/recipients", "people/deliveries", "people/log")
# Interaction to next paint as browsers count it: events of 16 ms and more, each key's longest.
LISTEN = """() => { window.took = [];
  new PerformanceObserver(list => { for (const one of list.getEntries())
    if (one.name === 'keydown') window.took.push(one.duration); }).observe({type: 'event', durationThreshold: 16});
}"""
VITALS = """wait => new Promise(done => { const found = {lcp: 0, cls: 0};
  new PerformanceObserver(list => { for (const one of list.getEntries()) found.lcp = one.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => { for (const one of list.getEntries())
    if (!one.hadRecentInput) found.cls += one.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done({...found,
    fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0}), wait); })"""
VITALS_MS = 1_500
HELD_MS = 3_000
SIZES = ((1920, 1080), (1440, 900), PHONE)


@contextmanager
def kitchen(alerts: int) -> Iterator[tuple[Kitchen, str]]:
    with tempfile.TemporaryDirectory() as scratch:
        made = Kitchen(Path(scratch), console="auto", still_fresh_seconds=600.0)
        made.add_user("li", Role.REGULATOR)
        for _ in range(alerts):
            made.raise_alert(ended_at=EPOCH)
        made.show_picture(CAMERA)
        with served(made.app, made.twins.settings) as url:
            yield made, url


def key_times(browser: Browser) -> list[float]:
    """Milliseconds from a key that goes to the next alert until it is painted; what took below 16 ms counts as 16."""
    with kitchen(ALERTS) as (_, url), logged_in(browser, url, "li", "/console/alerts") as found:
        page = found.page
        page.wait_for_selector(".row")
        page.evaluate(
            "window.going = setInterval(() => { const room = document.querySelector('.rows');"
            "if (room) room.scrollTop = room.scrollHeight; }, 50)"
        )
        page.wait_for_selector(f".list-foot[data-count='{ALERTS}']", timeout=300_000)
        page.evaluate("clearInterval(window.going)")
        page.keyboard.press("Home")
        page.evaluate(LISTEN)
        for _ in range(KEYS):
            page.keyboard.press("j")
            page.wait_for_timeout(120)
        page.wait_for_timeout(1500)
        took: list[float] = page.evaluate("window.took")
        return took + [16.0] * (KEYS - len(took))


def page_figures(page: Page, path: str) -> dict[str, Any]:
    page.goto(f"/console/{path}")
    page.wait_for_selector("h1")
    figures: dict[str, Any] = page.evaluate(VITALS, VITALS_MS)
    page.evaluate(Path(AXE).read_text("utf-8"))
    answer = page.evaluate("axe.run(document)")
    return {**figures, "passed": len(answer["passes"]), "faults": [one["id"] for one in answer["violations"]]}


def shifts(browser: Browser) -> None:
    """Print the sum of layout shifts of each page in each size, for accounts with different homes."""
    print(f"| page | {' | '.join(f'{width} x {height}' for width, height in SIZES)} |")
    print("|---" * (1 + len(SIZES)) + "|")
    with kitchen(200) as (made, url):
        made.add_user("root", Role.ADMIN)
        made.add_user("chef", Role.OPERATOR, OWN_FIRM)
        for name, paths in (("li", PAGES), ("chef", ("", "situation")), ("root", ADMINISTRATORS_PAGES)):
            found: dict[str, list[float]] = {path: [] for path in paths}
            for size in SIZES:
                with visit(browser, url, size) as looked:
                    looked.page.set_default_timeout(60_000)
                    log_in(looked.page, name, "/console/help")
                    looked.page.add_init_script(HOLD_UP)
                    for path in paths:
                        looked.page.goto(f"/console/{path}")
                        looked.page.wait_for_selector("h1")
                        found[path].append(looked.page.evaluate(VITALS, HELD_MS)["cls"])
            for path, moved in found.items():
                print(f"| `/{path}` ({name}) | {' | '.join(f'{each:.3f}' for each in moved)} |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__.split("\n")[0])
    parser.add_argument("--shifts", action="store_true", help="only how far the parts of each page move")
    if parser.parse_args().shifts:
        with running_browser() as browser:
            shifts(browser)
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {time.strftime('%Y-%m-%d %H:%M')} UTC")
    with running_browser() as browser:
        took = sorted(key_times(browser))
        slow = took[int(len(took) * 0.95)]
        print(f"key with {ALERTS} alerts: median {statistics.median(took):.0f} ms, p95 {slow:.0f} ms")
        print("| page | first paint ms | largest paint ms | layout shift | axe passed | axe faults |")
        print("|---|---|---|---|---|---|")
        complaints: list[str] = []
        with kitchen(200) as (made, url):
            made.add_user("root", Role.ADMIN)
            for name, paths in (("li", PAGES), ("root", ADMINISTRATORS_PAGES)):
                with logged_in(browser, url, name) as found:
                    for path in paths:
                        told = page_figures(found.page, path)
                        faults, paints = ", ".join(told["faults"]) or "none", f"{told['fcp']:.0f} | {told['lcp']:.0f}"
                        print(f"| `/{path}` | {paints} | {told['cls']:.3f} | {told['passed']} | {faults} |")
                    complaints += found.errors
        print(json.dumps({"complaints": complaints}, ensure_ascii=False))


if __name__ == "__main__":
    main()
