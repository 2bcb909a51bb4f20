"""The suite's own order: a test of real time has the machine for itself, and is not kept waiting for ever."""

import threading
from pathlib import Path

from tests.support.quiet import Quiet

MOMENT_SECONDS = 0.2
LONG_SECONDS = 10.0


def test_tests_that_bear_company_run_together(tmp_path: Path) -> None:
    quiet, inside = Quiet(tmp_path), threading.Event()

    def another() -> None:
        with quiet.among_others():
            inside.set()

    with quiet.among_others():
        threading.Thread(target=another).start()
        assert inside.wait(LONG_SECONDS)


def test_nobody_else_is_inside_with_a_test_that_is_alone(tmp_path: Path) -> None:
    quiet, inside = Quiet(tmp_path), threading.Event()

    def another() -> None:
        with quiet.among_others():
            inside.set()

    with quiet.alone():
        threading.Thread(target=another).start()
        assert not inside.wait(MOMENT_SECONDS)
    assert inside.wait(LONG_SECONDS)


def test_whoever_comes_later_does_not_overtake_a_test_that_waits_to_be_alone(tmp_path: Path) -> None:
    quiet, order = Quiet(tmp_path), list[str]()
    threads = []

    def alone() -> None:
        with quiet.alone():
            order.append("alone")

    def later() -> None:
        with quiet.among_others():
            order.append("later")

    with quiet.among_others():
        for step in (alone, later):
            threads.append(threading.Thread(target=step))
            threads[-1].start()
            threads[-1].join(MOMENT_SECONDS)
        assert order == []
    for thread in threads:
        thread.join(LONG_SECONDS)
    assert order == ["alone", "later"]


def test_one_process_has_nobody_to_wait_for() -> None:
    quiet = Quiet(None)
    with quiet.alone(), quiet.among_others():
        pass
