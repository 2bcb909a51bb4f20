"""Alerts held against labelled events: every alert is right, false or of no account; every event has one outcome."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from alerts.catalogue import load_catalogue
from alerts.presence import PresenceRule
from detector.sightings import LabelSightings
from service.demo.promises import Promises
from service.footage.event_report import document, lines
from service.footage.event_work import Outcome, promised_events
from service.footage.events import (
    ClipEvents,
    CodeEvents,
    Event,
    JudgedClip,
    events_of,
    everything,
    judged,
    matched,
    total,
)
from service.footage.play import PlayedClip, RaisedAlert
from service.footage.truth import ClipTruth, Shown, Span

CATALOGUE = load_catalogue()
RULES = CATALOGUE.rules_for(
    list(CATALOGUE.entries), {"rodent", "cat", "dog", "person", "phone", "fire", "smoke", "headwear"}
)
RAT = "pest.rodent"


def raised(second: float, code: str = RAT) -> RaisedAlert:
    return RaisedAlert(code=code, started=second - 1.0, confirmed=second)


def event(start: float, end: float, code: str = RAT) -> Event:
    return Event(code=code, span=Span(start=start, end=end), tolerance_seconds=2.0)


def clip(
    *events: Event,
    alerts: tuple[RaisedAlert, ...] = (),
    repeats: tuple[RaisedAlert, ...] = (),
    rules: dict[str, PresenceRule] = RULES,
    silence: dict[str, str] | None = None,
    known: ClipEvents | None = None,
) -> JudgedClip:
    played = PlayedClip(
        path=Path("kitchen.mp4"), seconds=60.0, frames=300, looks=300, not_judged=0, refused=0,
        sightings=LabelSightings(), alerts=alerts, repeats=repeats,
    )  # fmt: skip
    return judged(played, known or ClipEvents(events=events), rules, silence or {})


def only(found: JudgedClip) -> CodeEvents:
    (code,) = found.codes
    return code


def counts(each: CodeEvents) -> tuple[int, int, int]:
    """Right, false, missed."""
    return len(each.found), len(each.false), len(each.missed)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((), (0, 0, 1)),
        ((15.0,), (1, 0, 0)),
        ((8.0,), (1, 0, 0)),  # the tolerance, before
        ((7.9,), (0, 1, 1)),
        ((22.0,), (1, 0, 0)),  # and after
        ((22.1,), (0, 1, 1)),
        ((12.0, 15.0), (1, 1, 0)),  # a second alert for one event is false
    ],
)
def test_an_alert_is_right_once_within_the_event_and_its_tolerance(
    seconds: tuple[float, ...], expected: tuple[int, int, int]
) -> None:
    assert counts(only(clip(event(10, 20), alerts=tuple(map(raised, seconds))))) == expected


def test_an_alert_of_another_code_finds_nothing() -> None:
    pet, rat = clip(event(10, 20), alerts=(raised(15, "animal.pet"),)).codes

    assert (counts(pet), counts(rat)) == ((0, 1, 0), (0, 0, 1))


def test_two_events_at_once_take_two_alerts() -> None:
    both = (event(10, 30), event(12, 16))

    assert counts(only(clip(*both, alerts=(raised(15), raised(25))))) == (2, 0, 0)
    assert counts(only(clip(*both, alerts=(raised(14), raised(15))))) == (2, 0, 0)


def test_an_event_that_fell_into_a_cool_down_is_neither_found_nor_missed() -> None:
    found = only(clip(event(10, 12), event(30, 32), alerts=(raised(11),), repeats=(raised(31),)))

    assert (counts(found), len(found.held_back)) == ((1, 0, 0), 1)


def test_what_cannot_be_judged_says_why_and_is_counted_apart() -> None:
    found = only(clip(event(10, 20), silence={RAT: "no such network"}))

    assert (counts(found), len(found.not_judged), found.silence) == ((0, 0, 0), 1, "no such network")
    assert found.recall is None
    assert found.labelled == 1


def test_how_late_an_alert_came_is_counted_from_the_end_of_the_dwell() -> None:
    found = only(clip(event(10, 20), event(30, 40), alerts=(raised(11.5), raised(33))))

    assert [each.delay for each in found.found] == [pytest.approx(0.5), pytest.approx(2.0)]
    assert found.delays == pytest.approx((1.25, 2.0))


def test_figures_have_wilson_s_intervals() -> None:
    found = only(clip(event(10, 20), event(30, 40), alerts=(raised(12), raised(50))))

    assert found.precision is not None
    assert found.precision[0] == 0.5
    assert (round(found.precision[1].low, 3), round(found.precision[1].high, 3)) == (0.095, 0.905)
    assert found.recall == found.precision


def test_clips_and_codes_add_up() -> None:
    clips = [clip(event(10, 20), alerts=(raised(12),)), clip(event(10, 20)), clip(alerts=(raised(3, "animal.pet"),))]

    pet, rat = total(clips)

    assert (counts(pet), counts(rat), counts(everything((pet, rat)))) == ((0, 1, 0), (1, 0, 1), (1, 1, 1))


SECONDS = st.integers(0, 30).map(float)
WINDOWS = st.lists(st.tuples(SECONDS, SECONDS).map(lambda ends: Span(start=min(ends), end=max(ends))), max_size=7)


@settings(max_examples=200)
@given(moments=st.lists(SECONDS, max_size=7), windows=WINDOWS)
def test_as_many_pairs_are_found_as_there_can_be(moments: list[float], windows: list[Span]) -> None:
    pairs = matched(moments, windows)
    places = [[each.meets(moment, moment) for each in windows] for moment in moments]
    fits = np.array(places, dtype=bool).reshape(len(moments), len(windows))
    rows, columns = linear_sum_assignment(~fits)

    assert len(set(pairs.values())) == len(pairs)
    assert all(fits[moment, window] for moment, window in pairs.items())
    assert len(pairs) == fits[rows, columns].sum()


@settings(max_examples=100)
@given(moments=st.lists(SECONDS, max_size=8), again=st.lists(SECONDS, max_size=3), windows=WINDOWS)
def test_every_alert_and_every_event_has_exactly_one_outcome(
    moments: list[float], again: list[float], windows: list[Span]
) -> None:
    events = [Event(code=RAT, span=each, tolerance_seconds=1.0) for each in windows]
    judged_clip = clip(*events, alerts=tuple(map(raised, moments)), repeats=tuple(map(raised, again)))

    found = everything(judged_clip.codes)

    assert len(found.found) + len(found.false) + found.excused == len(moments)
    assert found.labelled == len(windows)


# What a clips.yaml says -----------------------------------------------------------------------------------------


def truth(*shown: Shown, **changes: frozenset[str]) -> ClipEvents:
    return events_of(ClipTruth(shown=shown, **changes), CATALOGUE, RULES)  # type: ignore[arg-type]


def spans(known: ClipEvents, code: str) -> list[tuple[float, float]]:
    return [(each.span.start, each.span.end) for each in known.events if each.code == code]


def label(name: str, start: float, end: float) -> Shown:
    return Shown(span=Span(start=start, end=end), label=name)


def test_labels_that_raise_a_code_are_its_events_where_nothing_is_named() -> None:
    known = truth(label("cat", 1, 8), label("dog", 7, 15), label("rodent", 20, 30))

    assert spans(known, "animal.pet") == [(1, 15)]
    assert spans(known, RAT) == [(20, 30)]


def test_a_code_that_is_named_goes_before_its_labels() -> None:
    known = truth(label("rodent", 17, 26), Shown(span=Span(start=17.5, end=25.5), code=RAT), label("rodent", 40, 50))

    assert spans(known, RAT) == [(17.5, 25.5), (40, 50)]


def test_what_is_there_too_shortly_to_be_an_event_makes_no_alert_false() -> None:
    known = truth(label("cat", 10, 12))
    found = only(clip(known=known, alerts=(raised(12, "animal.pet"),)))

    assert spans(known, "animal.pet") == []
    assert (counts(found), found.excused) == ((0, 0, 0), 1)


def test_a_person_in_the_picture_is_nobody_without_a_hat_and_no_fire_is_without_a_cook() -> None:
    known = truth(label("person", 0, 60), label("fire", 0, 400), label("phone", 0, 30))

    assert {each.code for each in known.events} == {"fire.flame_smoke"}
    named = truth(Shown(span=Span(start=0, end=60), code="uniform.no_hat"))
    assert spans(named, "uniform.no_hat") == [(0, 60)]


def test_of_codes_that_nobody_looked_for_nothing_is_false() -> None:
    known = truth(not_known=frozenset({"rodent"}))

    assert clip(known=known, alerts=(raised(12),)).codes == ()


# The demonstration, and how it is told --------------------------------------------------------------------------

PROMISES = Promises.model_validate(
    {
        "story": "kitchen",
        "length_seconds": 60.0,
        "promises": [
            {"code": RAT, "raised": True, "who": "rat", "from": 5, "to": 11, "tolerance_seconds": 3, "needs": "today"},
            {"code": RAT, "raised": False, "who": "cat", "from": 0, "to": 4, "tolerance_seconds": 3, "needs": "today"},
            {"code": "phone.use", "raised": True, "who": "chef", "from": 12, "to": 40, "tolerance_seconds": 5,
             "needs": "network"},
        ],
    }
)  # fmt: skip


def test_everything_that_a_clip_promises_to_raise_is_an_event_whether_it_can_be_kept_or_not() -> None:
    known = promised_events(PROMISES)

    assert [(each.code, each.who, each.tolerance_seconds) for each in known.events] == [
        (RAT, "rat", 3.0), ("phone.use", "chef", 5.0),
    ]  # fmt: skip


def test_the_report_states_tolerances_counts_intervals_and_what_is_not_judged() -> None:
    known = promised_events(PROMISES)
    one = clip(known=known, alerts=(raised(7), raised(50)), silence={"phone.use": "not seen well enough"})
    outcome = Outcome(network="demo-n", clips=(one,))

    text = "\n".join(lines(outcome))
    found = document(outcome)

    assert "tolerances 3, 5 s" in text
    assert "pest.rodent               1     1     1      0    0      0  0.50 (0.09-0.91)  1.00 (0.21-1.00)" in text
    assert "phone.use is not judged: not seen well enough" in text
    assert "FALSE      pest.rodent at 50.0 s" in text
    assert "right      pest.rodent (rat, 5 s to 11 s): raised at 7.0 s" in text
    assert found["codes"][RAT]["precision"] == {"share": 0.5, "interval": [0.0945, 0.9055]}
    assert found["all"]["not_judged"] == 1
    assert found["clips"][0]["codes"][RAT]["false"] == [{"began": 49.0, "raised": 50.0}]
