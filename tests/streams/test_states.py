import pytest

from streams.ports import StreamState
from streams.states import ENDS, STARTS, IllegalMoveError, Verb, moved


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_leads_from_each_of_its_starts_to_its_end(verb: Verb) -> None:
    assert {moved(state, verb) for state in STARTS[verb]} == {ENDS[verb]}


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(StreamState))
def test_a_verb_is_refused_from_every_other_state(state: StreamState, verb: Verb) -> None:
    if state in STARTS[verb]:
        return
    with pytest.raises(IllegalMoveError, match=rf"cannot {verb} from {state}"):
        moved(state, verb)


@pytest.mark.parametrize("state", list(StreamState))
def test_every_state_can_be_stopped(state: StreamState) -> None:
    assert moved(state, Verb.STOP) is StreamState.STOPPED


@pytest.mark.parametrize("state", [StreamState.WAITING, StreamState.FAILED])
def test_every_failure_ends_where_a_new_try_can_start(state: StreamState) -> None:
    assert state in {ENDS[Verb.FAIL], ENDS[Verb.GIVE_UP]}
    assert moved(state, Verb.CONNECT) is StreamState.CONNECTING
