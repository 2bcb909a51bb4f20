"""The moves a camera's worker can make, as data: for each verb the states it may start from and where it ends."""

from enum import StrEnum

from streams.ports import StreamState


class Verb(StrEnum):
    """What happens to a worker. `fail` will be tried again soon; `give_up` at the longest wait only."""

    CONNECT = "connect"
    OPEN = "open"
    FAIL = "fail"
    GIVE_UP = "give_up"
    END = "end"
    STOP = "stop"


_S = StreamState
STARTS: dict[Verb, frozenset[StreamState]] = {
    Verb.CONNECT: frozenset({_S.STOPPED, _S.WAITING, _S.FAILED}),
    Verb.OPEN: frozenset({_S.CONNECTING}),
    Verb.FAIL: frozenset({_S.CONNECTING, _S.RUNNING}),
    Verb.GIVE_UP: frozenset({_S.CONNECTING, _S.RUNNING}),
    Verb.END: frozenset({_S.RUNNING}),
    Verb.STOP: frozenset(StreamState),
}
ENDS: dict[Verb, StreamState] = {
    Verb.CONNECT: _S.CONNECTING,
    Verb.OPEN: _S.RUNNING,
    Verb.FAIL: _S.WAITING,
    Verb.GIVE_UP: _S.FAILED,
    Verb.END: _S.ENDED,
    Verb.STOP: _S.STOPPED,
}


class IllegalMoveError(ValueError):
    """A verb was used in a state it may not start from: a mistake in the worker, not of a camera."""

    def __init__(self, state: StreamState, verb: Verb) -> None:
        allowed = ", ".join(sorted(STARTS[verb]))
        super().__init__(f"cannot {verb} from {state}, only from {allowed}")
        self.state = state
        self.verb = verb


def moved(state: StreamState, verb: Verb) -> StreamState:
    """The state after the verb. Raises IllegalMoveError where the verb may not start."""
    if state not in STARTS[verb]:
        raise IllegalMoveError(state, verb)
    return ENDS[verb]
