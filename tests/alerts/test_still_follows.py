"""The alert goes on its way at once; the still, for which faces are sought, follows in a step of its own."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from alerts.errors import JournalError
from alerts.testing import FixedFaces
from domain.alert import EvidenceKind
from domain.geometry import Box
from tests.acceptance.service_process import wait_for
from tests.alerts.kit import Kit
from tests.alerts.scenes import rat

AWAY = JournalError("database is locked", is_temporary=True)


class Witness(FixedFaces):
    """A finder that does something while it looks, and counts."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile
        self.looks = 0

    def find(self, pixels: Any) -> Sequence[Box]:
        self.looks += 1
        self._meanwhile()
        return super().find(pixels)


class KilledError(BaseException):
    """The process ends here."""


def messages(kit: Kit) -> list[dict[str, Any]]:
    return [json.loads(message.payload) for message in kit.journal.pending(100)]


def states(message: dict[str, Any]) -> dict[str, str]:
    return {piece["kind"]: piece["state"] for piece in message["evidence"]}


def test_the_message_is_on_its_way_before_anybody_looks_for_faces(tmp_path: Path) -> None:
    said: list[list[str]] = []
    kit = Kit(tmp_path, still_follows=True, faces=Witness(lambda: said.append([m["step"] for m in messages(kit)])))
    kit.watch()
    kit.rat_alert()
    assert said == [["raised"]]


def test_the_first_message_says_that_evidence_is_pending_and_the_next_has_its_checksums(tmp_path: Path) -> None:
    kit = Kit(tmp_path, still_follows=True)
    kit.watch()
    kit.rat_alert()
    raised, updated = messages(kit)
    assert (raised["step"], states(raised)) == ("raised", {"still": "pending", "boxes": "pending", "clip": "pending"})
    assert (updated["step"], states(updated)) == ("updated", {"still": "stored", "boxes": "stored", "clip": "pending"})
    assert all(piece["sha256"] for piece in updated["evidence"] if piece["state"] == "stored")
    assert (raised["alert_id"], raised["sequence"]) == (updated["alert_id"], updated["sequence"] - 1)


def test_a_process_killed_between_the_two_leaves_the_alert_with_evidence_marked_interrupted(tmp_path: Path) -> None:
    def kill() -> None:
        raise KilledError

    kit = Kit(tmp_path, still_follows=True, faces=Witness(kill))
    kit.watch()
    kit.see(rat(), seconds=2)
    with pytest.raises(KilledError):
        kit.recorder.work()
    assert [message["step"] for message in messages(kit)] == ["raised"]
    after = kit.restarted()
    after.pipeline.resume()
    after.recorder.work()
    assert after.evidence(EvidenceKind.STILL) == ("missing", "interrupted")
    assert after.evidence(EvidenceKind.BOXES) == ("missing", "interrupted")
    assert [message["step"] for message in messages(after)] == ["raised", "updated"]


def test_two_subjects_of_one_picture_are_both_sent_before_the_one_search_for_faces(tmp_path: Path) -> None:
    said: list[int] = []
    faces = Witness(lambda: said.append(len(messages(kit))))
    kit = Kit(tmp_path, still_follows=True, faces=faces)
    kit.watch()
    kit.see(rat(0.1, track_id=1), rat(0.9, track_id=2), seconds=2)
    kit.recorder.work()
    assert (faces.looks, said) == (1, [2])
    assert [message["step"] for message in messages(kit)] == ["raised", "raised", "updated", "updated"]


def test_an_alert_that_comes_while_faces_are_sought_for_another_one_does_not_wait(tmp_path: Path) -> None:
    seeking, go_on = threading.Event(), threading.Event()

    def seek() -> None:
        seeking.set()
        assert go_on.wait(60)

    kit = Kit(tmp_path, still_follows=True, faces=Witness(seek))
    kit.watch()
    kit.recorder.start()
    try:
        kit.see(rat(0.1, track_id=1), seconds=2)
        assert seeking.wait(60)
        kit.see(rat(0.1, track_id=1), rat(0.9, track_id=2), seconds=2)
        wait_for(lambda: len(messages(kit)) == 2, 60, "the second alert")
        assert [message["step"] for message in messages(kit)] == ["raised", "raised"]
    finally:
        go_on.set()
        kit.recorder.stop(60)
    last = {message["alert_id"]: states(message)["still"] for message in messages(kit)}
    assert list(last.values()) == ["stored", "stored"]


def test_a_still_that_cannot_be_made_is_told_in_the_next_step(tmp_path: Path) -> None:
    kit = Kit(tmp_path, still_follows=True, faces=FixedFaces(error=RuntimeError("no finder")))
    kit.watch()
    kit.rat_alert()
    assert [states(message)["still"] for message in messages(kit)] == ["pending", "missing"]
    assert kit.evidence(EvidenceKind.STILL) == ("missing", "not_masked")


def test_the_database_away_in_between_keeps_the_order(tmp_path: Path) -> None:
    kit = Kit(tmp_path, still_follows=True)
    kit.watch()
    kit.see(rat(), seconds=2)
    kit.journal.fail_next = [AWAY]
    kit.recorder.work()
    assert messages(kit) == []
    kit.pass_time(30)
    assert [message["step"] for message in messages(kit)][:2] == ["raised", "updated"]
