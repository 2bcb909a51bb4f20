"""What a pack promises: the same state gives the same bytes, and no byte of it can change unseen."""

import hashlib
import json
import zipfile
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.audit import Fault
from alerts.catalogue import load_catalogue
from alerts.clock_offset import ClockOffset
from alerts.errors import PackError
from alerts.messages import AlertMessages
from alerts.pack import MANIFEST, SIGNATURE
from alerts.pack_check import check_pack
from alerts.pack_file import unzipped, zipped
from alerts.pack_key import PackKey
from alerts.packing import PackDesk
from alerts.seal_testing import InMemorySeals
from alerts.seals import Timestamp
from alerts.testing import InMemoryEvidenceStore, InMemoryJournal, counting_ids
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState, Origin, Review
from domain.ids import NodeId, UserId
from domain.life import Life
from domain.scope import Scope
from tests.alerts.samples import EPOCH, next_alert, sample_alert, sample_evidence

SECRET, OTHER_SECRET = "A" * 43, "B" * 42 + "A"
KEY = PackKey(SECRET)


@dataclass
class Office:
    """Two alerts of a kitchen, the first judged; all sealed."""

    scratch: Path
    journal: InMemoryJournal = field(default_factory=InMemoryJournal)

    def __post_init__(self) -> None:
        self.seals = InMemorySeals(self.journal)
        self.store = InMemoryEvidenceStore(self.scratch)
        self.messages = AlertMessages(load_catalogue())
        self.alert = self.raised(1)
        self.raised(2)
        self.seals.seal(after=0, limit=100, now=EPOCH)
        self.desk = self.desk_with(SECRET)

    def desk_with(self, secret: str) -> PackDesk:
        return PackDesk(
            journal=self.journal,
            store=self.store,
            seals=self.seals,
            messages=self.messages,
            key=PackKey(secret),
            software="brightkitchen 0",
            node="node-1",
            new_id=counting_ids(),
            now=lambda: EPOCH,
        )

    def raised(self, number: int) -> Alert:
        pieces = []
        for place, kind in enumerate(EvidenceKind):
            file = self.store.save(f"{number}/{kind}", f"{kind} of {number}".encode())
            pieces.append(
                sample_evidence(
                    10 * number + place, kind=kind, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256
                )
            )
        alert = replace(sample_alert(number, evidence=tuple(pieces)), life=Life())
        return self.record(alert, AlertStep.RAISED)

    def record(self, alert: Alert, step: AlertStep, note: str = "", actor: str | None = None) -> Alert:
        told, message = self.messages.step(alert, step, note=note, actor_id=UserId(actor) if actor else None)
        self.journal.record(alert, told, [message], alert.sequence - 1)
        return alert

    def confirm(self) -> Alert:
        review = Review(reviewer_id=UserId("u-1"), reviewed_at=EPOCH, state=AlertState.CONFIRMED, reason="看到<老鼠>")
        alert = next_alert(self.alert, state=AlertState.CONFIRMED, review=review)
        self.record(alert, AlertStep.CONFIRMED, note="看到<老鼠>", actor="u-1")
        self.seals.seal(after=0, limit=100, now=EPOCH)
        return alert

    def pack(self, alert: Alert | None = None, *, has_clip: bool = True) -> bytes:
        return self.desk.make(alert or self.alert, has_clip=has_clip, user_id=UserId("u-9"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def pack(office: Office) -> bytes:
    return office.pack()


def test_a_pack_checks_out_with_its_key_and_says_what_it_holds(pack: bytes) -> None:
    report = check_pack(pack, key=KEY.public)
    assert report.findings == []
    assert (report.files, report.seals, report.key) == (9, 1, KEY.public)
    assert set(unzipped(pack)) == {
        "index.html", "manifest.json", "manifest.sig", "public-key.txt", "chain/links.txt",
        "chain/entry-000000000001.json", "evidence/still.jpg", "evidence/boxes.json", "evidence/clip.mp4",
        "answer/photo.jpg", "answer/document.jpg",
    }  # fmt: skip


def test_the_same_state_gives_the_same_bytes(office: Office, pack: bytes) -> None:
    assert office.pack() == pack


@given(st.data())
@settings(max_examples=150)
def test_any_changed_byte_of_a_pack_is_found(pack: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(pack) - 1))
    flipped = data.draw(st.integers(1, 255))
    changed = bytearray(pack)
    changed[place] ^= flipped
    assert not check_pack(bytes(changed)).is_whole


@pytest.mark.parametrize(
    "change", [lambda pack: pack[:-1], lambda pack: pack + b"!", lambda pack: b"", lambda _: b"PK"]
)
def test_a_pack_cut_or_lengthened_is_found(pack: bytes, change: object) -> None:
    assert callable(change)
    assert not check_pack(change(pack)).is_whole


def test_a_file_that_was_put_in_taken_out_or_replaced_is_named(pack: bytes) -> None:
    files = unzipped(pack)
    for changed, place in (
        ({**files, "evidence/still.jpg": b"another"}, "evidence/still.jpg"),
        ({**files, "evidence/more.jpg": b"more"}, "evidence/more.jpg"),
        ({name: content for name, content in files.items() if "boxes" not in name}, "evidence/boxes.json"),
    ):
        (finding,) = check_pack(zipped(changed)).findings
        assert (finding.fault, finding.place) == (Fault.PACK_FILE_CHANGED, place)


def test_a_manifest_signed_anew_by_another_key_is_found_with_the_key_only(office: Office, pack: bytes) -> None:
    forged = office.desk_with(OTHER_SECRET).make(office.alert, has_clip=True, user_id=None)
    assert check_pack(forged).is_whole
    assert "no key was given" in check_pack(forged).remarks[0]
    (finding,) = check_pack(forged, key=KEY.public).findings
    assert (finding.fault, finding.expected) == (Fault.PACK_KEY_DIFFERS, KEY.public)


def test_a_step_that_was_rewritten_breaks_the_chain_although_the_pack_is_signed_anew(pack: bytes) -> None:
    """As somebody could who has the key: the chain then no longer ends in the digest that others know."""
    files = unzipped(pack)
    name = "chain/entry-000000000001.json"
    files[name] = files[name].replace(b'"note":""', b'"note":"x"')
    manifest = json.loads(files[MANIFEST])
    for one in manifest["files"]:
        if one["name"] == name:
            one.update(size_bytes=len(files[name]), sha256=hashlib.sha256(files[name]).hexdigest())
    files[MANIFEST] = json.dumps(manifest).encode()
    files[SIGNATURE] = f"{KEY.sign(files[MANIFEST])}\n".encode()
    (finding,) = check_pack(zipped(files), key=KEY.public).findings
    assert (finding.fault, finding.place) == (Fault.PACK_CHAIN_BROKEN, name)


def test_nothing_of_another_alert_is_in_a_pack(office: Office) -> None:
    second = office.journal.get(sample_alert(2).alert_id, Scope.everything())
    assert second is not None
    content = office.pack(second)
    assert sample_alert(1).alert_id.encode() not in content


def test_without_permission_the_clip_is_left_out_and_the_pack_says_so(office: Office) -> None:
    content = office.pack(has_clip=False)
    assert check_pack(content, key=KEY.public).is_whole
    assert b"clip of 1" not in content
    assert b"photo of 1" not in content
    assert b"document of 1" not in content
    pieces = json.loads(unzipped(content)[MANIFEST])["evidence"]
    assert [piece["left_out"] for piece in pieces] == [False, False, True, True, True]


def test_a_lead_says_that_nobody_has_reviewed_it_and_a_verdict_who_gave_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    lead = unzipped(office.pack())["index.html"].decode()
    assert "AI 线索，未经人工核实" in lead
    judged = unzipped(office.pack(office.confirm()))
    page = judged["index.html"].decode()
    assert "AI 线索，未经人工核实" not in page
    assert "看到&lt;老鼠&gt;" in page
    manifest = json.loads(judged[MANIFEST])
    assert manifest["notice"] is None
    assert [step["actor_id"] for step in manifest["steps"]] == [None, "u-1"]
    assert manifest["chain"]["entries"] == [1, 3]
    assert [clause["verified"] for clause in manifest["clauses"]]


def test_the_page_asks_for_nothing_from_elsewhere(pack: bytes) -> None:
    page = unzipped(pack)["index.html"].decode()
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def clocks(content: bytes) -> tuple[dict[str, object], str]:
    """What the manifest and the page tell of clocks."""
    files = unzipped(content)
    page = files["index.html"].decode()
    return json.loads(files[MANIFEST])["clock_offset"], page[page.index("时钟 Clock</h2>") :]


def test_without_a_time_stamp_the_pack_says_that_its_clock_was_not_measured(pack: bytes) -> None:
    told, page = clocks(pack)
    assert told == {"edge": None, "stamps": []}
    assert "没有可对照的时间戳 not measured: there is no time stamp" in page
    assert "边缘" not in page


def stamped(office: Office, offset: ClockOffset | None) -> Timestamp:
    newest = office.seals.newest()
    assert newest is not None
    stamp = Timestamp(
        number=newest.number,
        digest=newest.digest,
        stamped_at=EPOCH,
        authority="https://kitchen:secret@tsa.example/tsr",
        token=b"stamp",
        clock_offset=offset,
    )
    office.seals.add_timestamp(stamp)
    return stamp


def test_what_a_time_stamp_showed_of_the_clock_stands_in_manifest_and_page(tmp_path: Path) -> None:
    office = Office(tmp_path)
    stamp = stamped(office, ClockOffset(seconds=-89.25, uncertainty_seconds=1.6, accuracy_seconds=1.5))
    content = office.pack()
    told, page = clocks(content)
    assert told["stamps"] == [
        {
            "seal": stamp.number,
            "stamped_at": "2026-01-05T08:00:00.000000Z",
            "authority": "tsa.example",
            "offset_seconds": -89.25,
            "uncertainty_seconds": 1.6,
            "accuracy_seconds": 1.5,
        }
    ]
    assert "-89.250 s ± 1.600 s（时钟偏快 clock is fast）" in page
    assert "the authority names 1.5 s" in page
    assert b"secret" not in content
    assert check_pack(content, key=KEY.public).is_whole
    assert office.desk.sealing(office.alert).clock_offset == stamp.clock_offset


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (None, "申请时间戳时未测量 not measured when the time stamp was asked for"),
        (ClockOffset(seconds=0.5, uncertainty_seconds=1.2, accuracy_seconds=None), "names no accuracy, 1 s was taken"),
    ],
)
def test_a_stamp_without_offset_or_accuracy_is_told_as_such(
    tmp_path: Path, offset: ClockOffset | None, words: str
) -> None:
    office = Office(tmp_path)
    stamped(office, offset)
    assert words in clocks(office.pack())[1]


@pytest.mark.parametrize(
    ("offset", "uncertainty", "words"),
    [
        (89.5, 0.125, "+89.500 s ± 0.125 s（node-7，时钟偏慢 clock is slow）"),
        (89.5, None, "+89.500 s（node-7，时钟偏慢 clock is slow）"),
        (None, None, "未测量 not measured（node-7）"),
    ],
)
def test_of_an_edges_alert_the_edges_clock_is_told(
    tmp_path: Path, offset: float | None, uncertainty: float | None, words: str
) -> None:
    office = Office(tmp_path)
    origin = Origin(
        node_id=NodeId("node-7"), sequence=1, clock_offset_seconds=offset, clock_uncertainty_seconds=uncertainty
    )
    content = office.pack(replace(office.alert, origin=origin))
    told, page = clocks(content)
    assert told["edge"] == {
        "node_id": "node-7",
        "offset_seconds": offset,
        "uncertainty_seconds": uncertainty,
    }
    assert words in page
    assert "the edge&#x27;s clock (UTC)" in page
    assert check_pack(content, key=KEY.public).is_whole


def test_each_copy_is_on_record(tmp_path: Path) -> None:
    office = Office(tmp_path)
    content = office.pack(has_clip=False)
    (copy,) = office.desk.copies(office.alert.alert_id)
    assert (copy.user_id, copy.has_clip, copy.sha256) == ("u-9", False, hashlib.sha256(content).hexdigest())


def test_damaged_evidence_gets_into_no_pack(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.store.files["1/still"] = b"another"
    with pytest.raises(PackError, match="still: expected SHA-256"):
        office.pack()


def test_missing_evidence_is_named_with_its_cause(tmp_path: Path) -> None:
    office = Office(tmp_path)
    still, *others = office.alert.evidence
    gone = replace(still, state=EvidenceState.MISSING, sha256=None, size_bytes=None, cause="disk_full")
    alert = office.record(next_alert(office.alert, evidence=(gone, *others)), AlertStep.UPDATED)
    content = office.pack(alert)
    report = check_pack(content)
    assert report.is_whole
    assert "1 steps had no seal yet" in " ".join(report.remarks)
    assert "disk_full" in unzipped(content)["index.html"].decode()


def test_the_pack_is_an_ordinary_zip(pack: bytes) -> None:
    with zipfile.ZipFile(BytesIO(pack)) as archive:
        assert archive.testzip() is None


def test_a_secret_of_another_length_makes_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PackKey("short")
