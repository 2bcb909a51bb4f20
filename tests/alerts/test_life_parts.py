"""What is told of a life: nothing of a first reviewer's verdict, everything once it can sway nobody."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from alerts.catalogue import load_catalogue
from alerts.life import Move, advance
from alerts.life_file import commitment_of, digest_of, document_of, life_of
from alerts.life_parts import hidden, life_part, own_verdict
from alerts.messages import AlertMessage, AlertMessages, schema_text
from alerts.seals import sha256_of
from domain.alert import Alert, AlertState, AlertStep
from domain.life import Duty as LifeDuty
from domain.life import Life, Overdue
from domain.risk import RiskClass
from tests.alerts.lives import (
    CLASS_I,
    CLOSED,
    DISPUTED,
    LI,
    NOTIFIED,
    RECTIFIED,
    SHOP,
    VERIFIED,
    WANG,
    ZHAO,
    lived,
    move,
    taken,
)
from tests.alerts.samples import EPOCH, sample_alert
from tests.support.checkout import REPOSITORY

S = AlertStep
FIRST_OF_V1 = json.loads((REPOSITORY / "tests/alerts/alert-first-of-v1.schema.json").read_text("utf-8"))
MESSAGES = AlertMessages(load_catalogue())
SECRET_REASON = "一看便知是老鼠"


def half_reviewed(verdict: AlertStep = S.CONFIRMED) -> Alert:
    made = move(verdict, LI, reason=SECRET_REASON, nonce=secrets.token_hex(16))
    return advance(lived(), made, CLASS_I).alert


def whole_life() -> list[tuple[AlertStep, Alert]]:
    """An alert after each kind of step."""
    disputed = (*DISPUTED, (S.CONFIRMED, WANG), (S.NOTIFIED, WANG))
    ways = {
        S.ACKNOWLEDGED: ((S.ACKNOWLEDGED, SHOP),),
        S.CONFIRMED: ((S.CONFIRMED, LI),),
        S.DISMISSED: ((S.DISMISSED, LI),),
        S.UNCLEAR: ((S.UNCLEAR, LI),),
        S.NOTIFIED: disputed,
        S.DISPUTED: DISPUTED,
        S.RECTIFIED: RECTIFIED,
        S.SENT_BACK: (*RECTIFIED, (S.SENT_BACK, WANG)),
        S.VERIFIED: VERIFIED,
        S.CLOSED: CLOSED,
        S.PAUSED: (*NOTIFIED, (S.PAUSED, LI)),
        S.RESUMED: (*NOTIFIED, (S.PAUSED, LI), (S.RESUMED, LI)),
    }
    lives = [(step, taken(lived(risk_class=RiskClass.II), *way)) for step, way in ways.items()]
    told = Overdue(duty=LifeDuty.REVIEW, rung=1, since=EPOCH, due_at=EPOCH, at=EPOCH + timedelta(hours=3))
    late = replace(lived(), life=Life(overdue=(told,)))
    return [*lives, (S.RAISED, lived()), (S.REVIEWED, half_reviewed()), (S.OVERDUE, late), (S.UPDATED, sample_alert())]


def payload(alert: Alert, step: AlertStep) -> dict[str, Any]:
    return MESSAGES.payload(alert, step).as_dict()


@pytest.mark.parametrize("verdict", [S.CONFIRMED, S.DISMISSED, S.UNCLEAR])
def test_the_first_verdict_of_two_is_in_no_message_in_any_form(verdict: AlertStep) -> None:
    alert = half_reviewed(verdict)
    message = payload(alert, S.REVIEWED)
    others = {each.value for each in (S.CONFIRMED, S.DISMISSED, S.UNCLEAR)}
    text = json.dumps(message, ensure_ascii=False)
    assert SECRET_REASON not in text
    assert LI not in text
    assert others.isdisjoint({message["step"], message["state"], message["life_step"], message["life"]["state"]})
    assert (message["reviewed"], message["review"], message["life"]["verdicts"]) == (False, None, [])
    assert (message["life"]["voices"], len(message["life"]["commitments"])) == (1, 1)


def test_two_first_verdicts_differ_in_nothing_but_what_random_bits_hide() -> None:
    told = []
    for verdict in (S.CONFIRMED, S.DISMISSED):
        message = payload(half_reviewed(verdict), S.REVIEWED)
        assert message["life"].pop("digest") != message["life"].pop("commitments")[0]
        told.append(message)
    assert told[0] == told[1]


def test_when_both_have_spoken_each_verdict_proves_its_commitment() -> None:
    half = half_reviewed()
    (commitment,) = payload(half, S.REVIEWED)["life"]["commitments"]
    whole = taken(half, (S.CONFIRMED, WANG), terms=CLASS_I, minutes=30)
    life = payload(whole, S.CONFIRMED)["life"]
    assert (whole.state, life["commitments"]) == (AlertState.CONFIRMED, [])
    assert life["verdicts"][0]["commitment"] == commitment
    assert life["verdicts"][0]["reason"] == SECRET_REASON
    assert whole.life is not None
    forged = replace(whole.life.verdicts[0], state=AlertState.DISMISSED)
    assert commitment_of(whole.alert_id, forged) != commitment


def test_two_who_differ_are_told_and_the_third_decides() -> None:
    differing = taken(half_reviewed(), (S.DISMISSED, WANG), terms=CLASS_I, minutes=30)
    life = payload(differing, S.REVIEWED)["life"]
    assert (differing.state, [one["state"] for one in life["verdicts"]]) == (
        AlertState.IN_REVIEW,
        ["confirmed", "dismissed"],
    )
    decided = taken(differing, (S.DISMISSED, ZHAO), terms=CLASS_I, minutes=40)
    assert decided.review is not None
    assert (decided.state, decided.review.reviewer_id) == (AlertState.DISMISSED, ZHAO)


def test_three_who_say_three_different_things_confirm_nothing() -> None:
    differing = taken(half_reviewed(), (S.DISMISSED, WANG), terms=CLASS_I, minutes=30)
    decided = taken(differing, (S.UNCLEAR, ZHAO), terms=CLASS_I, minutes=40)
    assert decided.state is AlertState.UNCLEAR

    first = taken(lived(risk_class=RiskClass.I), (S.UNCLEAR, LI), (S.DISMISSED, WANG), terms=CLASS_I, minutes=30)
    split = advance(first, Move(step=S.CONFIRMED, actor=ZHAO, at=first.updated_at, reason="看过"), CLASS_I)
    assert (split.step, split.alert.state) == (S.UNCLEAR, AlertState.UNCLEAR)
    assert split.alert.life is not None
    assert [one.state.value for one in split.alert.life.verdicts] == ["unclear", "dismissed", "confirmed"]


def test_only_the_author_is_told_of_the_own_verdict() -> None:
    alert = half_reviewed()
    own = own_verdict(alert, LI)
    assert own is not None
    assert (own.state, own_verdict(alert, WANG), hidden(alert)) == (AlertState.CONFIRMED, None, (own,))


@pytest.mark.parametrize(("step", "alert"), whole_life(), ids=lambda part: getattr(part, "value", ""))
def test_a_reader_of_the_first_version_understands_every_later_message(step: AlertStep, alert: Alert) -> None:
    message = payload(alert, step)
    assert list(Draft202012Validator(FIRST_OF_V1).iter_errors(message)) == []
    assert list(Draft202012Validator(json.loads(schema_text(AlertMessage))).iter_errors(message)) == []
    assert message["life_step"] == step.value
    assert message["reviewed"] == alert.state.is_reviewed


def test_no_field_of_the_first_version_is_gone_or_narrower() -> None:
    now = json.loads(schema_text(AlertMessage))
    assert FIRST_OF_V1["properties"].keys() <= now["properties"].keys()
    assert set(FIRST_OF_V1["required"]) <= set(now["required"])


@pytest.mark.parametrize("alert", [alert for _, alert in whole_life() if alert.life], ids=lambda one: one.state)
def test_a_life_comes_back_from_its_document_as_it_was(alert: Alert) -> None:
    assert alert.life is not None
    document = json.loads(json.dumps(document_of(alert.life)))
    assert life_of(document) == alert.life
    part = life_part(alert)
    assert part is not None
    assert part.digest == sha256_of(document) == digest_of(alert.life)
