"""Looks at the chain beside what it was made over, and says what does not fit. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from alerts.seals import FORM, ORIGIN, Seal, entry, instant_text, link, sha256_of


class Fault(StrEnum):
    """What is wrong. Each is told with the place, what was expected and what was found."""

    CHAIN_BROKEN = "chain_broken"
    SEAL_MISSING = "seal_missing"
    SEAL_UNKNOWN_FORM = "seal_unknown_form"
    STEP_MISSING = "step_missing"
    STEP_CHANGED = "step_changed"
    STEP_UNEXPECTED = "step_unexpected"
    ALERT_MISSING = "alert_missing"
    ALERT_CHANGED = "alert_changed"
    EVIDENCE_CHANGED = "evidence_changed"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    FILE_UNREADABLE = "file_unreadable"
    ANCHOR_NOT_REACHED = "anchor_not_reached"
    ANCHOR_DIFFERS = "anchor_differs"
    ANCHOR_UNREADABLE = "anchor_unreadable"
    TIMESTAMP_WRONG = "timestamp_wrong"
    DELETION_MISSING = "deletion_missing"
    DELETION_CHANGED = "deletion_changed"
    DELETION_UNEXPECTED = "deletion_unexpected"
    FILE_NOT_DELETED = "file_not_deleted"
    ACCESS_MISSING = "access_missing"
    ACCESS_CHANGED = "access_changed"
    ACCOUNT_ENTRY_MISSING = "account_entry_missing"
    ACCOUNT_ENTRY_CHANGED = "account_entry_changed"
    PACK_UNREADABLE = "pack_unreadable"
    PACK_NOT_SIGNED = "pack_not_signed"
    PACK_KEY_DIFFERS = "pack_key_differs"
    PACK_FILE_CHANGED = "pack_file_changed"
    PACK_BYTES_CHANGED = "pack_bytes_changed"
    PACK_CHAIN_BROKEN = "pack_chain_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not fit. `place` names table, seal, file or field; the rest may be empty."""

    fault: Fault
    place: str
    expected: str = ""
    found: str = ""
    alert_id: str = ""
    seal: int | None = None

    def line(self) -> str:
        where = f" (alert {self.alert_id})" if self.alert_id else ""
        told = f": expected {self.expected}, found {self.found}" if self.expected or self.found else ""
        return f"{self.fault}: {self.place}{where}{told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedStep:
    """A seal with the step that it names, as the database holds it now; None where it is gone."""

    seal: Seal
    step: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """An alert's row and evidence rows as they are now, as far as they are sealed, and its steps' sequences.

    `life` is what people did about it as it is stored; each step repeats its checksum.
    """

    alert_id: str
    alert: Mapping[str, Any] | None
    evidence: Sequence[Mapping[str, Any]]
    sequences: Sequence[int]
    life: object = None


@dataclass(slots=True, kw_only=True)
class ChainAudit:
    """Walks the chain once, in order. `latest` are the newest seals of the alerts that were met."""

    previous: str = ORIGIN
    number: int = 0
    latest: dict[str, tuple[Seal, int]] = field(default_factory=dict)
    payloads: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    deleting: list[tuple[Seal, Mapping[str, Any]]] = field(default_factory=list)
    """Steps that say that evidence was deleted, with their seals."""

    def look(self, sealed: Iterable[SealedStep]) -> Iterator[Finding]:
        """What does not fit among the next seals; call it again with those that follow."""
        for one in sealed:
            yield from self._look_at(one)

    def _look_at(self, one: SealedStep) -> Iterator[Finding]:
        seal = one.seal
        if seal.number != self.number + 1:
            yield Finding(
                fault=Fault.SEAL_MISSING,
                place="seals",
                seal=seal.number,
                expected=f"seal {self.number + 1}",
                found=f"seal {seal.number}",
            )
        elif (digest := _linked(self.previous, seal.entry_sha256)) != seal.digest:
            yield Finding(
                fault=Fault.CHAIN_BROKEN,
                place=f"seal {seal.number}",
                alert_id=seal.alert_id,
                seal=seal.number,
                expected=digest,
                found=seal.digest,
            )
        self.number, self.previous = seal.number, seal.digest
        yield from self._entry_faults(one)
        self._remember(one)

    def _entry_faults(self, one: SealedStep) -> Iterator[Finding]:
        seal = one.seal
        place = f"step {seal.feed_id} of seal {seal.number}"
        if seal.form != FORM:
            yield Finding(
                fault=Fault.SEAL_UNKNOWN_FORM,
                place=f"seal {seal.number}",
                seal=seal.number,
                expected=str(FORM),
                found=str(seal.form),
            )
        elif one.step is None:
            yield Finding(fault=Fault.STEP_MISSING, place=place, alert_id=seal.alert_id, seal=seal.number)
        else:
            found = _checksum(entry(seal.number, seal.sealed_at, one.step, seal.alert_sha256, seal.evidence_sha256))
            if found != seal.entry_sha256 or one.step.get("alert_id") != seal.alert_id:
                yield Finding(
                    fault=Fault.STEP_CHANGED,
                    place=place,
                    alert_id=seal.alert_id,
                    seal=seal.number,
                    expected=seal.entry_sha256,
                    found=found,
                )

    def _remember(self, one: SealedStep) -> None:
        sequence = one.step.get("sequence") if one.step else None
        if not isinstance(sequence, int) or one.step is None:
            return
        told = one.step.get("payload")
        if isinstance(told, Mapping) and told.get("deletion"):
            self.deleting.append((one.seal, one.step))
        known = self.latest.get(one.seal.alert_id)
        if known is None or known[1] < sequence:
            self.latest[one.seal.alert_id] = (one.seal, sequence)
            payload = one.step.get("payload")
            self.payloads[one.seal.alert_id] = payload if isinstance(payload, Mapping) else {}


def _linked(previous: str, entry_sha256: str) -> str:
    try:
        return link(previous, entry_sha256)
    except ValueError:  # no hexadecimal digits: somebody wrote into it
        return "a checksum"


def _checksum(content: Mapping[str, Any]) -> str:
    try:
        return sha256_of(content)
    except ValueError as error:
        return f"what has no canonical form ({error})"


def alert_faults(state: AlertState, seal: Seal, sequence: int, payload: Mapping[str, Any]) -> Iterator[Finding]:
    """What does not fit between an alert's rows and its newest seal, which is over the step `sequence`."""
    place = f"alerts {state.alert_id}"
    if state.alert is None:
        yield Finding(fault=Fault.ALERT_MISSING, place=place, alert_id=state.alert_id, seal=seal.number)
        return
    stands_at = state.alert.get("sequence")
    yield from _sequence_faults(state, stands_at)
    if stands_at != sequence:
        if not isinstance(stands_at, int) or stands_at < sequence:
            yield Finding(
                fault=Fault.ALERT_CHANGED,
                place=f"{place}.sequence",
                alert_id=state.alert_id,
                seal=seal.number,
                expected=str(sequence),
                found=str(stands_at),
            )
        return  # a step that is not sealed yet
    if seal.alert_sha256 is not None and (found := _checksum(state.alert)) != seal.alert_sha256:
        named = list(_alert_fields(state, payload))
        yield from named or [
            Finding(
                fault=Fault.ALERT_CHANGED,
                place=place,
                alert_id=state.alert_id,
                seal=seal.number,
                expected=seal.alert_sha256,
                found=found,
            )
        ]
    yield from _life_faults(state, seal, payload)
    rows = [dict(row) for row in state.evidence]
    if seal.evidence_sha256 is not None and (found := _row_checksum(rows)) != seal.evidence_sha256:
        named = list(_evidence_fields(state, payload))
        yield from named or [
            Finding(
                fault=Fault.EVIDENCE_CHANGED,
                place=f"evidence of {state.alert_id}",
                alert_id=state.alert_id,
                seal=seal.number,
                expected=seal.evidence_sha256,
                found=found,
            )
        ]


def _life_faults(state: AlertState, seal: Seal, payload: Mapping[str, Any]) -> Iterator[Finding]:
    told = payload.get("life")
    expected = told.get("digest") if isinstance(told, Mapping) else None
    if not isinstance(expected, str):
        return  # a step from before lives were kept
    found = _checksum(state.life) if isinstance(state.life, Mapping) else "nothing"
    if found != expected:
        yield Finding(
            fault=Fault.ALERT_CHANGED,
            place=f"alerts {state.alert_id}.life",
            alert_id=state.alert_id,
            seal=seal.number,
            expected=expected,
            found=found,
        )


def _row_checksum(rows: Sequence[Mapping[str, Any]]) -> str:
    try:
        return sha256_of(rows)
    except ValueError as error:
        return f"what has no canonical form ({error})"


def _sequence_faults(state: AlertState, stands_at: object) -> Iterator[Finding]:
    expected = list(range(1, stands_at + 1)) if isinstance(stands_at, int) else []
    for sequence in sorted(set(state.sequences) - set(expected)):
        yield Finding(
            fault=Fault.STEP_UNEXPECTED,
            place=f"alert_steps {state.alert_id}/{sequence}",
            alert_id=state.alert_id,
            expected=f"steps 1 to {stands_at}",
            found=f"step {sequence}",
        )
    for sequence in sorted(set(expected) - set(state.sequences)):
        yield Finding(
            fault=Fault.STEP_MISSING, place=f"alert_steps {state.alert_id}/{sequence}", alert_id=state.alert_id
        )


# Columns of an alert's row that its last message repeats, so that a change can be named.
_TOLD = {
    "code": "code",
    "code_version": "code_version",
    "risk_class": "class",
    "enterprise_id": "enterprise_id",
    "site_id": "site_id",
    "camera_id": "camera_id",
    "zone_id": "zone_id",
    "local_day": "local_day",
}
_TOLD_OF_EVIDENCE = ("kind", "state", "media_type", "size_bytes", "sha256", "cause")


def _alert_fields(state: AlertState, payload: Mapping[str, Any]) -> Iterator[Finding]:
    assert state.alert is not None
    yield from _state_fault(state, payload)
    for column, told in _TOLD.items():
        expected, found = payload.get(told), state.alert.get(column)
        if told in payload and _plain(found) != _plain(expected):
            yield Finding(
                fault=Fault.ALERT_CHANGED,
                place=f"alerts {state.alert_id}.{column}",
                alert_id=state.alert_id,
                expected=_plain(expected),
                found=_plain(found),
            )


def _state_fault(state: AlertState, payload: Mapping[str, Any]) -> Iterator[Finding]:
    """The state stands in the life by its own word, and beside it by the word of version 1."""
    assert state.alert is not None
    life = payload.get("life")
    expected = life.get("state") if isinstance(life, Mapping) else payload.get("state")
    found = state.alert.get("state")
    if expected is not None and expected != found:
        yield Finding(
            fault=Fault.ALERT_CHANGED,
            place=f"alerts {state.alert_id}.state",
            alert_id=state.alert_id,
            expected=_plain(expected),
            found=_plain(found),
        )


def _evidence_fields(state: AlertState, payload: Mapping[str, Any]) -> Iterator[Finding]:
    life = payload.get("life")
    answered = life.get("files", []) if isinstance(life, Mapping) else []
    parts = [*payload.get("evidence", []), *answered]
    told = {str(part.get("evidence_id")): part for part in parts if isinstance(part, Mapping)}
    rows = {str(row.get("evidence_id")): row for row in state.evidence}
    for evidence_id in sorted(told.keys() ^ rows.keys()):
        yield Finding(
            fault=Fault.EVIDENCE_CHANGED,
            place=f"evidence {evidence_id}",
            alert_id=state.alert_id,
            expected="a row" if evidence_id in told else "no row",
            found="none" if evidence_id in told else "a row",
        )
    for evidence_id in sorted(told.keys() & rows.keys()):
        for column in _TOLD_OF_EVIDENCE:
            expected, found = told[evidence_id].get(column), rows[evidence_id].get(column)
            if column in told[evidence_id] and _plain(expected) != _plain(found):
                yield Finding(
                    fault=Fault.EVIDENCE_CHANGED,
                    place=f"evidence {evidence_id}.{column}",
                    alert_id=state.alert_id,
                    expected=_plain(expected),
                    found=_plain(found),
                )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    return "nothing" if value is None else str(value)
