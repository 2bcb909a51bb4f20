"""Small chains made by hand, as a database would hold them."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from alerts.audit import AlertState, ChainAudit, Finding, SealedStep, alert_faults
from alerts.seals import Seal, SealDraft, extend

SEALED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Ledger:
    """Rows of steps, alerts and evidence, and the seals over them."""

    steps: dict[int, dict[str, Any]] = field(default_factory=dict)
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    evidence: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seals: list[Seal] = field(default_factory=list)

    def add(self, alert_id: str, name: str, note: str = "") -> None:
        """One more step of an alert."""
        feed_id = max(self.steps, default=0) + 1
        alert = self.alerts.setdefault(alert_id, {"alert_id": alert_id, "sequence": 0, "subject": "track-1"})
        alert["sequence"] += 1
        alert["state"] = name
        self.evidence.setdefault(
            alert_id, [{"evidence_id": f"{alert_id}-still", "sha256": "ab" * 32, "size_bytes": 3, "name": "a/b.jpg"}]
        )
        self.steps[feed_id] = {
            "feed_id": feed_id,
            "alert_id": alert_id,
            "sequence": alert["sequence"],
            "step": name,
            "note": note,
            "payload": {
                "state": name,
                "confidence": 0.75,
                "evidence": [{"evidence_id": f"{alert_id}-still", "sha256": "ab" * 32, "size_bytes": 3}],
            },
        }

    def seal(self) -> None:
        """Seal what has no seal yet."""
        sealed = {seal.feed_id for seal in self.seals}
        drafts = []
        for feed_id, step in sorted(self.steps.items()):
            if feed_id in sealed:
                continue
            alert = self.alerts[step["alert_id"]]
            is_latest = alert["sequence"] == step["sequence"]
            drafts.append(
                SealDraft(
                    feed_id=feed_id,
                    alert_id=step["alert_id"],
                    step=deepcopy(step),
                    alert=deepcopy(alert) if is_latest else None,
                    evidence=deepcopy(self.evidence[step["alert_id"]]) if is_latest else None,
                )
            )
        self.seals += extend(self.seals[-1] if self.seals else None, drafts, SEALED_AT)

    def faults(self) -> list[Finding]:
        audit = ChainAudit()
        found = list(audit.look(SealedStep(seal=seal, step=self.steps.get(seal.feed_id)) for seal in self.seals))
        for alert_id, (seal, sequence) in audit.latest.items():
            state = AlertState(
                alert_id=alert_id,
                alert=self.alerts.get(alert_id),
                evidence=self.evidence.get(alert_id, []),
                sequences=[step["sequence"] for step in self.steps.values() if step["alert_id"] == alert_id],
            )
            found += alert_faults(state, seal, sequence, audit.payloads[alert_id])
        return found


def sample_ledger() -> Ledger:
    """Three alerts of seven steps, sealed in two rounds."""
    ledger = Ledger()
    for alert_id, name in (("a", "raised"), ("b", "raised"), ("a", "updated"), ("c", "raised")):
        ledger.add(alert_id, name)
    ledger.seal()
    for alert_id, name in (("b", "confirmed"), ("a", "ended"), ("a", "dismissed")):
        ledger.add(alert_id, name, note="理由")
    ledger.seal()
    return ledger
