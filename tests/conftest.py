"""For the whole suite: skipped tests fail the gate, tests of real time run alone, log settings end with their test."""

import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.support.quiet import Quiet

# No example fails for being slow: tests run beside one another, and timings belong in bench/.
settings.register_profile("brightkitchen", deadline=None)
settings.load_profile("brightkitchen")

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA_MISSING = "shared pictures and clips are not here"  # the reason that tests.support.shared gives

_quiet = Quiet.of_this_run()
_skips: list[str] = []
_uncollected: list[str] = []  # whole files; where several processes run, only they know, and tell it at their end


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """The whole service plays cameras in real time: beside a second test process it would have half a machine."""
    with _quiet.alone() if wants_quiet(item) else _quiet.among_others():
        return (yield)


def wants_quiet(item: pytest.Item) -> bool:
    """What is measured by the clock wants the machine for itself; what only waits until it happens says alone=False."""
    marker = item.get_closest_marker("acceptance")
    return marker is not None and bool(marker.kwargs.get("alone", True))


@pytest.fixture(autouse=True)
def log_settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test may set up log lines as the program does; the next test finds them as they were.

    A logger that is cached keeps the lines of the test that used it first, so none is cached here.
    """
    configure = structlog.configure
    monkeypatch.setattr(
        structlog, "configure", lambda **given: configure(**given | {"cache_logger_on_first_use": False})
    )
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid, report.longrepr, _skips)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _note(report.nodeid, report.longrepr, _uncollected)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One of several processes has ended (pytest-xdist)."""
    _uncollected.extend(
        each for each in getattr(node, "workeroutput", {}).get("uncollected", ()) if each not in _uncollected
    )


def _note(node: str, cause: object, skips: list[str]) -> None:
    reason = str(cause[2]) if isinstance(cause, tuple) else str(cause)
    if not is_excused(reason):
        skips.append(f"{node}: {reason}")


def is_excused(reason: str) -> bool:
    """Tell whether a skip for this reason may stand: pictures that really are not on this machine."""
    named = os.environ.get("BRIGHTKITCHEN_SHARED_DATA")
    shared = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    return SHARED_DATA_MISSING in reason and not shared.is_dir()


def _skips_fail() -> bool:
    return os.environ.get("BRIGHTKITCHEN_NO_SKIPS") == "1"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if (_skips or _uncollected) and _skips_fail():
        terminalreporter.section("skipped, which fails here (BRIGHTKITCHEN_NO_SKIPS=1)", red=True)
        for skip in (*_uncollected, *_skips):
            terminalreporter.line(skip)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["uncollected"] = _uncollected
    elif (_skips or _uncollected) and _skips_fail() and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
