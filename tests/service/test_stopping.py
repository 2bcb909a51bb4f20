"""A stop that is asked for is never missed, whenever the signal comes."""

import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from service.stopping import SIGNALS, stop_requests
from tests.support.shared import REPOSITORY


@dataclass
class Server:
    should_exit: bool = False


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_during_the_start_stops_the_server_that_comes_later(number: signal.Signals) -> None:
    server = Server()
    with stop_requests() as stop:
        signal.raise_signal(number)
        assert stop.is_asked
        stop.hand_to(server)
    assert server.should_exit


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_serving_stops_the_server(number: signal.Signals) -> None:
    server = Server()
    with stop_requests() as stop:
        stop.hand_to(server)
        assert not server.should_exit
        signal.raise_signal(number)
    assert server.should_exit


def test_a_second_interrupt_does_not_wait_and_a_second_sigterm_does() -> None:
    with stop_requests() as stop:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stop_requests():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_service_that_is_told_to_stop_before_it_serves_ends_in_order() -> None:
    """The signal comes when the start is said and the server has not taken it over yet."""
    program = """
import asyncio, os, signal, socket
from service.assembly import serve
from service.stopping import stop_requests

class Idle:
    should_exit = False
    async def serve(self, sockets):
        while not self.should_exit:
            await asyncio.sleep(0.01)

with stop_requests() as stop:
    os.kill(os.getpid(), signal.SIGTERM)
    asyncio.run(serve(Idle(), None, stop))
print("in order")
"""
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    assert (answer.returncode, answer.stdout) == (0, "in order\n"), answer.stderr
