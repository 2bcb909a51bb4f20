from typing import Any

import pytest

from service.demo.promises import Promises
from service.demo.verdict import Verdict, judged
from service.footage.play import RaisedAlert

DWELL = {"pest.rodent": 1.0, "uniform.no_hat": 20.0, "animal.pet": 5.0}
SECONDS = 40.0


def promise(code: str, begins: float, ends: float, **more: Any) -> dict[str, Any]:
    given = {"code": code, "raised": True, "who": "x", "from": begins, "to": ends, "tolerance_seconds": 2.0}
    return {**given, "needs": "today", **more}


CLIP = Promises.model_validate(
    {
        "story": "kitchen",
        "length_seconds": SECONDS,
        "promises": [
            promise("pest.rodent", 5, 11, who="rat"),
            promise("uniform.no_hat", 10, 40, who="cook", needs="attire"),
            promise("bin.uncovered", 20, 40, needs="network"),
            promise("animal.pet", 0, 40, who="cloth", raised=False, because="a cloth is no cat"),
        ],
    }
)
RAT = ("pest.rodent", 5.2, 6.4)
HAT = ("uniform.no_hat", 11.0, 31.0)


def verdict(*alerts: tuple[str, float, float], slack: float = 0.0) -> Verdict:
    made = [RaisedAlert(code=code, started=started, confirmed=confirmed) for code, started, confirmed in alerts]
    return judged(CLIP, made, DWELL, slack_seconds=slack)


def test_exactly_what_is_promised_keeps_all_promises_that_are_due() -> None:
    found = verdict(HAT, RAT)

    assert [each.promise.who for each in found.kept] == ["rat", "cook"]
    assert [each.code for each in found.not_yet] == ["bin.uncovered"]
    assert found.is_kept


def test_a_promised_alert_that_never_comes_breaks_the_promise() -> None:
    found = verdict(RAT)

    assert [each.code for each in found.broken] == ["uniform.no_hat"]
    assert not found.is_kept


@pytest.mark.parametrize(
    ("started", "confirmed", "is_kept"),
    [
        (3.1, 4.5, True),  # not earlier than the tolerance
        (2.9, 4.5, False),
        (6.0, 7.9, True),  # the rule waits a second, the tolerance is two
        (6.0, 8.1, False),
    ],
)
def test_an_alert_keeps_its_promise_only_in_time(started: float, confirmed: float, is_kept: bool) -> None:
    found = verdict(HAT, ("pest.rodent", started, confirmed))

    assert found.is_kept is is_kept
    assert bool(found.extra) is not is_kept


def test_slack_widens_every_tolerance() -> None:
    assert not verdict(HAT, ("pest.rodent", 6.0, 9.0)).is_kept
    assert verdict(HAT, ("pest.rodent", 6.0, 9.0), slack=1.5).is_kept


def test_an_alert_that_nobody_promised_is_extra_with_the_reason_why_it_must_not_be() -> None:
    found = verdict(RAT, HAT, ("animal.pet", 12.0, 17.0))

    assert [(alert.code, reasons) for alert, reasons in found.extra] == [("animal.pet", ("a cloth is no cat",))]
    assert not found.is_kept


def test_a_second_alert_of_one_promise_in_the_first_pass_is_extra() -> None:
    found = verdict(RAT, HAT, ("pest.rodent", 8.0, 9.0))

    assert [alert.confirmed for alert, _ in found.extra] == [9.0]


def test_a_promise_may_be_kept_again_in_each_later_pass_once() -> None:
    again, twice = ("pest.rodent", SECONDS + 5.2, SECONDS + 6.4), ("pest.rodent", SECONDS + 8, SECONDS + 9)

    assert verdict(RAT, HAT, again).is_kept
    assert [alert.confirmed for alert, _ in verdict(RAT, HAT, again, twice).extra] == [SECONDS + 9]


def test_a_later_pass_does_not_make_up_for_the_first() -> None:
    found = verdict(HAT, ("pest.rodent", SECONDS + 5.2, SECONDS + 6.4))

    assert [each.who for each in found.broken] == ["rat"]


def test_an_alert_of_a_later_pass_outside_of_its_promise_is_extra() -> None:
    found = verdict(RAT, HAT, ("pest.rodent", SECONDS + 20, SECONDS + 21))

    assert [alert.confirmed for alert, _ in found.extra] == [SECONDS + 21]


def test_what_is_not_due_yet_may_be_raised_in_its_time() -> None:
    found = verdict(RAT, HAT, ("bin.uncovered", 20.0, 21.0))

    assert found.is_kept
    assert found.not_yet == ()
