"""A life as a document of JSON and back: how it is stored, and what its digest is over."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alerts.seals import canonical, instant_text, sha256_of
from domain.alert import AlertState
from domain.ids import AlertId, EvidenceId, UserId
from domain.life import Dispute, Duty, Life, Overdue, Pause, Rectification, Rise, RiseCause, Verdict
from domain.risk import RiskClass

_COMMITMENT = b"brightkitchen verdict 1\n"


def document_of(life: Life) -> dict[str, Any]:
    """Texts, numbers, lists and mappings only; instants are text in UTC with microseconds.

    Lives from before rises were kept have digests that are sealed: without a rise the document is what it was then.
    """
    rises = {"rises": [_rise_document(one) for one in life.rises]} if life.rises else {}
    return rises | {
        "entered": {state.value: instant_text(at) for state, at in sorted(life.entered.items())},
        "round": life.round,
        "verdicts": [verdict_document(one) for one in life.verdicts],
        "dispute": life.dispute
        and {
            "by": life.dispute.by,
            "at": instant_text(life.dispute.at),
            "reason": life.dispute.reason,
            "outcome": life.dispute.outcome and life.dispute.outcome.value,
        },
        "rectifications": [
            {
                "by": one.by,
                "at": instant_text(one.at),
                "note": one.note,
                "files": list(one.files),
                "is_accepted": one.is_accepted,
                "judged_by": one.judged_by,
                "judged_at": _text_or_none(one.judged_at),
                "judged_note": one.judged_note,
            }
            for one in life.rectifications
        ],
        "pauses": [
            {"by": one.by, "since": instant_text(one.since), "reason": one.reason, "until": _text_or_none(one.until)}
            for one in life.pauses
        ],
        "overdue": [
            {
                "duty": one.duty.value,
                "rung": one.rung,
                "since": instant_text(one.since),
                "due_at": instant_text(one.due_at),
                "at": instant_text(one.at),
            }
            for one in life.overdue
        ],
    }


def _rise_document(rise: Rise) -> dict[str, Any]:
    return {
        "before": rise.before.value,
        "to": rise.to.value,
        "cause": rise.cause.value,
        "at": instant_text(rise.at),
        "found": rise.found,
        "needed": rise.needed,
        "within_days": rise.within_days,
        "codes": list(rise.codes),
    }


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    return {
        "reviewer_id": verdict.reviewer_id,
        "state": verdict.state.value,
        "reason": verdict.reason,
        "at": instant_text(verdict.at),
        "round": verdict.round,
        "viewed_seconds": verdict.viewed_seconds,
        "nonce": verdict.nonce,
    }


def commitment_of(alert_id: AlertId, verdict: Verdict) -> str:
    """SHA-256 that ties the reviewer to the verdict without telling it: told at once, to be checked later."""
    content = canonical({"alert_id": alert_id, **verdict_document(verdict)})
    return hashlib.sha256(_COMMITMENT + content).hexdigest()


def digest_of(life: Life) -> str:
    """SHA-256 of the stored document. Each step repeats it and each step is sealed, so the document is sealed too."""
    return sha256_of(document_of(life))


def life_of(document: Mapping[str, Any]) -> Life:
    """The life that a document holds."""
    dispute = document["dispute"]
    return Life(
        entered={AlertState(state): _instant(at) for state, at in document["entered"].items()},
        round=document["round"],
        verdicts=tuple(_verdict_of(one) for one in document["verdicts"]),
        dispute=dispute
        and Dispute(
            by=UserId(dispute["by"]),
            at=_instant(dispute["at"]),
            reason=dispute["reason"],
            outcome=dispute["outcome"] and AlertState(dispute["outcome"]),
        ),
        rectifications=tuple(_rectification_of(one) for one in document["rectifications"]),
        pauses=tuple(
            Pause(by=UserId(one["by"]), since=_instant(one["since"]), reason=one["reason"], until=_maybe(one["until"]))
            for one in document["pauses"]
        ),
        overdue=tuple(
            Overdue(
                duty=Duty(one["duty"]),
                rung=one["rung"],
                since=_instant(one["since"]),
                due_at=_instant(one["due_at"]),
                at=_instant(one["at"]),
            )
            for one in document["overdue"]
        ),
        rises=tuple(_rise_of(one) for one in document.get("rises", ())),
    )


def _rise_of(document: Mapping[str, Any]) -> Rise:
    return Rise(
        before=RiskClass(document["before"]),
        to=RiskClass(document["to"]),
        cause=RiseCause(document["cause"]),
        at=_instant(document["at"]),
        found=document["found"],
        needed=document["needed"],
        within_days=document["within_days"],
        codes=tuple(document["codes"]),
    )


def _verdict_of(document: Mapping[str, Any]) -> Verdict:
    return Verdict(
        reviewer_id=UserId(document["reviewer_id"]),
        state=AlertState(document["state"]),
        reason=document["reason"],
        at=_instant(document["at"]),
        round=document["round"],
        viewed_seconds=document["viewed_seconds"],
        nonce=document["nonce"],
    )


def _rectification_of(document: Mapping[str, Any]) -> Rectification:
    return Rectification(
        by=UserId(document["by"]),
        at=_instant(document["at"]),
        note=document["note"],
        files=tuple(EvidenceId(file) for file in document["files"]),
        is_accepted=document["is_accepted"],
        judged_by=document["judged_by"] and UserId(document["judged_by"]),
        judged_at=_maybe(document["judged_at"]),
        judged_note=document["judged_note"],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def _text_or_none(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)
