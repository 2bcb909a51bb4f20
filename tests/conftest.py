"""For the whole suite: where the gate runs, a skipped test is a failed gate."""

import os
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA_MISSING = "shared pictures and clips are not here"  # the reason that tests.support.shared gives

_skips: list[str] = []
_uncollected: list[str] = []  # whole files; where several processes run, only they know, and tell it at their end


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
