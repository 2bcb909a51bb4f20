import json
from dataclasses import dataclass, field
from pathlib import Path

from alerts.anchors import FileAnchors, RetainedAnchor, read_anchors
from alerts.errors import AnchorError
from alerts.messages import SealMessage
from alerts.ports import AnchorPlace
from alerts.seal_testing import InMemorySeals
from alerts.sealer import Sealer
from alerts.seals import Seal
from alerts.settings import SealSettings
from alerts.testing import InMemoryJournal
from tests.alerts.journal_contract import raise_alert
from tests.alerts.samples import EPOCH, sample_alert


@dataclass
class Board:
    shown: dict[str, bytes] = field(default_factory=dict)

    def retain(self, topic: str, payload: bytes) -> None:
        self.shown[topic] = payload


@dataclass
class MovedClock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


class Bench:
    def __init__(self, *anchors: AnchorPlace) -> None:
        self.journal = InMemoryJournal()
        self.seals = InMemorySeals(self.journal)
        self.clock = MovedClock()
        self.sealer = Sealer(
            seals=self.seals,
            anchors=anchors,
            settings=SealSettings(anchor_every_seconds=60, wait_seconds=0.05),
            clock=self.clock,
            now=lambda: EPOCH,
        )

    def newest(self) -> Seal:
        seal = self.seals.newest()
        assert seal is not None
        return seal


def test_what_is_on_record_is_sealed_in_one_round() -> None:
    bench = Bench()
    for number in range(1, 6):
        raise_alert(bench.journal, sample_alert(number))
    bench.sealer.work()
    assert bench.newest().number == 5
    bench.sealer.work()
    assert bench.newest().number == 5


def test_the_newest_seal_is_anchored_once_a_period_and_only_when_it_is_new(tmp_path: Path) -> None:
    board, path = Board(), tmp_path / "anchors.jsonl"
    bench = Bench(RetainedAnchor(board, "node-1"), FileAnchors(path, "node-1"))
    bench.sealer.work()
    assert (board.shown, path.exists()) == ({}, False)
    raise_alert(bench.journal, sample_alert(1))
    bench.sealer.work()
    message = SealMessage.model_validate(json.loads(board.shown["brightkitchen/v1/nodes/node-1/seal"]))
    assert (message.number, message.digest) == (1, bench.newest().digest)
    raise_alert(bench.journal, sample_alert(2))
    bench.sealer.work()
    assert [anchor.number for anchor in read_anchors(path)] == [1]
    bench.clock.seconds += 61
    bench.sealer.work()
    bench.clock.seconds += 61
    bench.sealer.work()
    found = [(anchor.number, anchor.digest) for anchor in read_anchors(path)]
    assert [number for number, _ in found] == [1, 2]
    assert found[-1][1] == bench.newest().digest


def test_an_anchor_that_fails_holds_up_neither_sealing_nor_the_others(tmp_path: Path) -> None:
    board = Board()
    bench = Bench(FileAnchors(tmp_path / "no folder" / "anchors.jsonl", "node-1"), RetainedAnchor(board, "node-1"))
    raise_alert(bench.journal, sample_alert(1))
    bench.sealer.work()
    assert bench.newest().number == 1
    assert board.shown
    (tmp_path / "no folder").mkdir()
    bench.clock.seconds += 61
    bench.sealer.work()
    assert [anchor.number for anchor in read_anchors(tmp_path / "no folder" / "anchors.jsonl")] == [1]


def test_what_is_on_record_when_it_stops_is_sealed_first() -> None:
    bench = Bench()
    bench.sealer.start()
    raise_alert(bench.journal, sample_alert(1))
    bench.sealer.stop(grace_seconds=30)
    assert bench.newest().number == 1


def test_an_anchor_error_names_the_place() -> None:
    error = AnchorError("file", "cannot be written")
    assert (error.place, error.reason, str(error)) == ("file", "cannot be written", "anchor file: cannot be written")
