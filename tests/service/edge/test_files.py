"""Files of evidence on their way from an edge to its centre, and what goes wrong there."""

from collections.abc import Callable
from typing import Any

import pytest

from alerts.errors import EvidenceCause, EvidenceStoreError, JournalError
from alerts.nodes.errors import EvidencePartError
from alerts.nodes.parcels import EvidenceStanding
from alerts.nodes.ports import Node
from domain.alert import EvidenceKind
from domain.ids import EvidenceId
from tests.service.edge.sides import CentreSide, EdgeSide, send_all, wait_out


def failing(errors: list[Exception], act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, which raises these errors first."""

    def tried(*arguments: object) -> object:
        if errors:
            raise errors.pop()
        return act(*arguments)

    return tried


def test_a_file_that_was_altered_is_refused_and_told(edge: EdgeSide, centre: CentreSide) -> None:
    alert = edge.raise_alert(still=b"the truth")
    [piece] = alert.evidence
    place = edge.folder / "evidence" / piece.name
    place.write_bytes(b"something")
    forwarder = edge.forwarder()
    send_all(forwarder, edge)

    assert edge.queue.depth().refused == 1
    assert centre.content(centre.alert(alert.alert_id)) == {}
    place.write_bytes(b"the truth")
    wait_out(edge)
    send_all(forwarder, edge)
    assert centre.content(centre.alert(alert.alert_id)) == {EvidenceKind.STILL: b"the truth"}
    assert edge.queue.depth().refused == 0


@pytest.mark.parametrize("fails", ["disk", "database"])
def test_a_file_that_the_centre_could_not_put_on_record_at_its_end_is_begun_again(
    edge: EdgeSide, centre: CentreSide, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    clip = bytes(range(256)) * 600  # three parts
    alert = edge.raise_alert(clip=clip)
    if fails == "disk":
        errors: list[Exception] = [EvidenceStoreError("a name", EvidenceCause.DISK_FULL)] * 2
        monkeypatch.setattr(centre.store, "save", failing(errors, centre.store.save))
    else:
        errors = [JournalError("database is locked", is_temporary=True)] * 2
        monkeypatch.setattr(centre.journal, "record", failing(errors, centre.journal.record))
    forwarder = edge.forwarder()
    for _ in range(5):
        send_all(forwarder, edge)
        wait_out(edge)

    assert errors == []
    assert centre.content(centre.alert(alert.alert_id)) == {EvidenceKind.STILL: b"a still", EvidenceKind.CLIP: clip}
    depth = edge.queue.depth()
    assert (depth.files, depth.refused) == (0, 0)


def test_a_file_that_grew_arrives_as_it_was_put_on_record_and_holds_up_nothing(
    edge: EdgeSide, centre: CentreSide
) -> None:
    grown = edge.raise_alert(still=b"the truth")
    with (edge.folder / "evidence" / grown.evidence[0].name).open("ab") as file:
        file.write(b", and more")
    behind = edge.raise_alert(still=b"another")
    send_all(edge.forwarder(), edge)

    assert centre.content(centre.alert(grown.alert_id)) == {EvidenceKind.STILL: b"the truth"}
    assert centre.content(centre.alert(behind.alert_id)) == {EvidenceKind.STILL: b"another"}


def test_a_file_that_grew_into_another_is_refused_and_holds_up_nothing(edge: EdgeSide, centre: CentreSide) -> None:
    other = edge.raise_alert(still=b"the truth")
    (edge.folder / "evidence" / other.evidence[0].name).write_bytes(b"something longer")
    behind = edge.raise_alert(still=b"another")
    send_all(edge.forwarder(), edge)

    assert centre.content(centre.alert(other.alert_id)) == {}
    assert centre.content(centre.alert(behind.alert_id)) == {EvidenceKind.STILL: b"another"}
    assert edge.queue.depth().refused == 1


def test_a_file_that_the_centre_refuses_where_it_asked_for_it_is_set_aside(
    edge: EdgeSide, centre: CentreSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while an earlier request of the same file is still in hand there."""
    first = edge.raise_alert(still=b"the truth")
    take_part = centre.desk.take_part

    def busy(node: Node, evidence_id: EvidenceId, offset: int, content: bytes) -> EvidenceStanding:
        if evidence_id == first.evidence[0].evidence_id:
            raise EvidencePartError(evidence_id, received_bytes=0, found_bytes=offset)
        return take_part(node, evidence_id, offset, content)

    monkeypatch.setattr(centre.desk, "take_part", busy)
    behind = edge.raise_alert(still=b"another")
    forwarder = edge.forwarder()
    send_all(forwarder, edge)
    assert centre.content(centre.alert(behind.alert_id)) == {EvidenceKind.STILL: b"another"}
    assert edge.queue.depth().refused == 1

    monkeypatch.undo()
    wait_out(edge)
    send_all(forwarder, edge)
    assert centre.content(centre.alert(first.alert_id)) == {EvidenceKind.STILL: b"the truth"}
