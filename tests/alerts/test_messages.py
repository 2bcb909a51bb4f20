import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.catalogue import load_catalogue
from alerts.messages import SCHEMA_FILES, SCHEMAS, AlertMessages, SiteSummaryMessage, schema_text
from alerts.places import KnownPlaces
from alerts.ports import PlaceNames
from alerts.topics import alert_topic, camera_topic, node_topic, summary_topic
from domain.alert import AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.clause import Clause, ClauseRegister, Reading
from domain.ids import CameraId
from domain.risk import RiskClass
from tests.alerts.samples import EPOCH, ended_alert, next_alert, sample_alert, sample_evidence

REPOSITORY = Path(__file__).resolve().parents[2]


def payload_of(step: AlertStep = AlertStep.RAISED, **alert: Any) -> dict[str, Any]:
    places = KnownPlaces()
    places.remember(CameraId("camera-1"), PlaceNames(enterprise="好味来", site="一号店", camera="粗加工 1"))
    record, message = AlertMessages(load_catalogue(), places).step(sample_alert(1, **alert), step)
    assert json.loads(message.payload) == record.payload
    return record.payload


def test_a_message_tells_all_that_a_reader_needs() -> None:
    pieces = (
        sample_evidence(1),
        sample_evidence(2, kind=EvidenceKind.CLIP, state=EvidenceState.MISSING, cause="disk_full", sha256=None),
    )
    payload = payload_of(evidence=pieces, clause_ids=("fsl-33-1-1", "practice-12"))
    expected = {
        "schema_version": "1",
        "sequence": 1,
        "step": "raised",
        "state": "raised",
        "reviewed": False,
        "notice": "AI 线索，未经人工核实，不作为处罚依据",
        "code": "pest.rodent",
        "code_version": "2026.1",
        "class": "I",
        "name_zh": "鼠类活动",
        "name_en": "Rodent activity",
        "enterprise_id": "enterprise-1",
        "enterprise_name": "好味来",
        "site_name": "一号店",
        "camera_id": "camera-1",
        "camera_name": "粗加工 1",
        "zone_id": "zone-1",
        "zone_name": "粗加工",
        "local_day": "2026-01-05",
        "captured_at": "2026-01-05T08:00:01Z",
        "started_at": "2026-01-05T08:00:00Z",
        "ended_at": None,
        "clauses": [
            {"clause_id": "fsl-33-1-1", "verified": True},
            {"clause_id": "practice-12", "verified": False},
        ],
        "boxes": [{"label": "rodent", "confidence": 0.75, "left": 0.4, "top": 0.7, "right": 0.45, "bottom": 0.75}],
    }
    assert {name: payload[name] for name in expected} == expected
    assert payload["model"]["sha256"].startswith("54449b0b")
    still, clip = payload["evidence"]
    assert (still["state"], still["sha256"], still["size_bytes"]) == ("stored", "ab" * 32, 3)
    assert still["path"] == f"/api/v1/evidence/{still['evidence_id']}"
    assert (clip["state"], clip["cause"]) == ("missing", "disk_full")


def test_the_notice_goes_once_a_person_has_judged() -> None:
    assert payload_of(state=AlertState.ACKNOWLEDGED)["notice"] is not None
    payload = payload_of(state=AlertState.CONFIRMED)
    assert (payload["reviewed"], payload["notice"]) == (True, None)


def test_only_the_first_message_starts_the_latency_clock() -> None:
    messages = AlertMessages(load_catalogue())
    alert = sample_alert(1)
    assert messages.step(alert, AlertStep.RAISED)[1].captured_at == EPOCH + timedelta(seconds=1)
    assert messages.step(ended_alert(alert), AlertStep.ENDED)[1].captured_at is None


def test_a_code_that_the_catalogue_has_forgotten_is_still_told() -> None:
    payload = payload_of(code="pest.dragon", clause_ids=("old-1",))
    assert (payload["name_zh"], payload["clauses"]) == ("pest.dragon", [{"clause_id": "old-1", "verified": False}])


def test_names_that_are_not_known_are_null() -> None:
    payload = AlertMessages(load_catalogue()).payload(sample_alert(1), AlertStep.RAISED).as_dict()
    assert (payload["enterprise_name"], payload["site_name"], payload["camera_name"]) == (None, None, None)


def test_the_review_is_told_without_the_reviewer() -> None:
    alert = next_alert(sample_alert(1))
    assert AlertMessages(load_catalogue()).payload(alert, AlertStep.UPDATED).as_dict()["review"] is None
    assert "reviewer_id" not in schema_text(SCHEMA_FILES["alert.schema.json"])


def test_topics_are_made_of_ids() -> None:
    assert alert_topic("s1", "pest.rodent") == "brightkitchen/v1/sites/s1/alerts/pest.rodent"
    assert camera_topic("s1", "c1") == "brightkitchen/v1/sites/s1/cameras/c1/state"
    assert summary_topic("s1") == "brightkitchen/v1/sites/s1/summary"
    assert node_topic("n1") == "brightkitchen/v1/nodes/n1/status"


@pytest.mark.parametrize("segment", ["", "a/b", "+", "#", "a#", "粗加工", "a b", "x" * 129, "a\0"])
def test_what_would_break_a_topic_is_refused(segment: str) -> None:
    with pytest.raises(ValueError, match="an id in a topic"):
        summary_topic(segment)


def test_a_summary_names_its_classes() -> None:
    at = datetime.fromisoformat("2026-01-05T08:00:00Z")
    summary = SiteSummaryMessage(
        site_id="s1", at=at, open_alerts={RiskClass.I: 1, RiskClass.OPS: 0}, cameras_online=2, cameras_total=3
    )
    assert summary.as_dict()["open_alerts"] == {"I": 1, "ops": 0}


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_the_published_schemas_are_current(name: str) -> None:
    published = (REPOSITORY / SCHEMAS / name).read_text(encoding="utf-8")
    assert published == schema_text(SCHEMA_FILES[name]), "run: python -m alerts.messages"


def test_the_command_writes_all_schemas(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "alerts.messages", tmp_path], check=True, cwd=REPOSITORY)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(SCHEMA_FILES)


def test_a_clause_is_verified_in_the_version_of_the_day_only() -> None:
    read = Clause(
        clause_id="law-1",
        law="法",
        law_en="Law",
        article="1",
        version="old",
        valid_until=date(2026, 1, 5),
        reading=Reading(by="我", on=date(2026, 1, 1), text="全文"),
    )
    unread = replace(read, version="new", valid_from=date(2026, 1, 6), valid_until=None, reading=None)
    catalogue = replace(load_catalogue(), register=ClauseRegister.of([read, unread]))

    told = [
        AlertMessages(catalogue)
        .payload(replace(sample_alert(1, clause_ids=("law-1",)), local_day=day), AlertStep.RAISED)
        .as_dict()["clauses"]
        for day in (date(2026, 1, 5), date(2026, 1, 6))
    ]

    assert told == [[{"clause_id": "law-1", "verified": True}], [{"clause_id": "law-1", "verified": False}]]
