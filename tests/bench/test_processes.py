import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bench.processes import cpu_seconds, family, machine_seconds, resident_bytes

BUSY = "import time, sys\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\ntime.sleep(60)"
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])"


@pytest.fixture
def parent() -> Iterator["subprocess.Popen[str]"]:
    """A process that does nothing, with a child that has been busy for 0.3 s."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        members = family(process.pid)
        yield process
        for member in members:
            os.kill(member, 9)


def test_work_and_memory_of_children_count(parent: "subprocess.Popen[str]") -> None:
    members = family(parent.pid)

    assert len(members) == 2
    assert parent.pid in members
    assert cpu_seconds(members) >= 0.3
    assert resident_bytes(members) > resident_bytes({parent.pid}) > 1_000_000


def test_a_process_belongs_to_the_family_of_its_starter(parent: "subprocess.Popen[str]") -> None:
    assert family(parent.pid) < family(os.getpid())


def test_work_of_this_process_grows_as_its_own_clock_says() -> None:
    began, clock = cpu_seconds({os.getpid()}), time.process_time()
    while time.process_time() - clock < 0.2:
        pass

    assert cpu_seconds({os.getpid()}) - began == pytest.approx(0.2, abs=0.1)


def test_the_machine_worked_at_least_as_much_as_this_process() -> None:
    (worked, whole), own = machine_seconds(), time.process_time()

    assert own < worked < whole


def test_a_process_that_is_gone_uses_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert family(gone.pid) == set()
    assert cpu_seconds({gone.pid}) == resident_bytes({gone.pid}) == 0
