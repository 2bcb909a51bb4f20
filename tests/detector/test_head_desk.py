"""What people can do with heads, through the desk that API and command line use."""

from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from detector.head_desk import HeadDesk, NewHead
from detector.head_errors import (
    HeadError,
    HeadNetworkError,
    HeadNotFoundError,
    HeadNotReadyError,
    HeadStatusError,
)
from detector.head_record import Act, Head, HeadScope, HeadStatus, Origin, OriginKind
from detector.head_settings import HeadSettings
from detector.head_testing import make_desk, make_embedder
from domain.frame import Pixels
from domain.ids import AlertId, CameraId
from tests.support.bins import REGION, draw_bin

CAMERA = CameraId("camera-1")
LIDS = NewHead(
    name="bin by the door",
    states=("open", "closed"),
    scope=HeadScope(camera_id=CAMERA, region=REGION),
    code="bin.uncovered",
    breach_state="open",
)
UPLOADED = Origin(kind=OriginKind.UPLOADED)


def lid(*, is_open: bool, seed: int) -> Pixels:
    return draw_bin(is_open=is_open, seed=seed)[30:175, 170:280]


def add(desk: HeadDesk, head: Head, *, opened: int = 0, closed: int = 0, first_seed: int = 0) -> None:
    for state, count in (("open", opened), ("closed", closed)):
        for seed in range(first_seed, first_seed + count):
            desk.add_picture(
                head.head_id, state, lid(is_open=state == "open", seed=seed), origin=UPLOADED, actor="user-1"
            )


def ready(desk: HeadDesk, new: NewHead = LIDS) -> Head:
    """A head with a version that may go live."""
    head = desk.create(new, actor="user-1")
    add(desk, head, opened=6, closed=6)
    return desk.teach(head.head_id, actor="user-1")[0]


def test_a_taught_head_goes_live_by_a_persons_act_and_judges(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)
    assert (head.status, desk.live_on(CAMERA)) == (HeadStatus.DRAFT, ())

    live = desk.go_live(head.head_id, actor="user-2")

    assert (live.status, live.live_version) == (HeadStatus.LIVE, 1)
    assert live.history[-1].actor == "user-2"
    assert desk.live_codes(CAMERA) == {"bin.uncovered"}
    assert desk.judge(head.head_id, lid(is_open=True, seed=90)).state == "open"
    assert desk.judge(head.head_id, lid(is_open=False, seed=91)).state == "closed"


def test_too_few_examples_may_not_go_live_and_the_answer_says_what_is_missing(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = desk.create(LIDS, actor="user-1")
    add(desk, head, opened=3, closed=6)
    desk.teach(head.head_id, actor="user-1")

    with pytest.raises(HeadNotReadyError) as refused:
        desk.go_live(head.head_id, actor="user-2")

    assert any("open has 3" in reason for reason in refused.value.missing)
    assert desk.get(head.head_id).status is HeadStatus.DRAFT


def test_the_same_picture_five_times_is_one_example(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = desk.create(LIDS, actor="user-1")
    add(desk, head, closed=6)
    for _ in range(6):
        add(desk, head, opened=1)

    _, version = desk.teach(head.head_id, actor="user-1")

    assert any("open has 1" in reason for reason in desk.missing(version))


def test_states_that_cannot_be_told_apart_may_not_go_live(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = desk.create(LIDS, actor="user-1")
    for seed in range(20):
        state = "open" if seed % 2 else "closed"
        desk.add_picture(head.head_id, state, lid(is_open=True, seed=seed), origin=UPLOADED, actor="user-1")

    _, version = desk.teach(head.head_id, actor="user-1")

    assert any("accuracy" in reason for reason in desk.missing(version))
    assert {mistake.state for mistake in version.accuracy.mistakes} <= {"open", "closed"}


def test_teaching_again_leaves_what_is_live(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)
    desk.go_live(head.head_id, actor="user-2")

    add(desk, head, opened=1, closed=1, first_seed=50)
    again, version = desk.teach(head.head_id, actor="user-1")

    assert (version.number, again.live_version) == (2, 1)
    assert desk.live_on(CAMERA)[0].version == 1


def test_a_roll_back_puts_the_version_before_into_service(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)
    desk.go_live(head.head_id, actor="user-2")
    add(desk, head, opened=1, closed=1, first_seed=50)
    desk.teach(head.head_id, actor="user-1")
    desk.go_live(head.head_id, actor="user-2")

    back = desk.roll_back(head.head_id, actor="user-3")

    assert (back.live_version, back.history[-1].act) == (1, Act.ROLLED_BACK)
    assert [entry.number for entry in back.versions] == [1, 2]


def test_without_an_earlier_version_there_is_nothing_to_roll_back_to(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)
    desk.go_live(head.head_id, actor="user-2")

    with pytest.raises(HeadNotFoundError):
        desk.roll_back(head.head_id, actor="user-2")


def test_a_retired_head_judges_no_camera_and_may_come_back(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)
    desk.go_live(head.head_id, actor="user-2")

    desk.retire(head.head_id, actor="user-2")

    assert desk.live_on(CAMERA) == ()
    with pytest.raises(HeadStatusError):
        desk.retire(head.head_id, actor="user-2")
    assert desk.go_live(head.head_id, actor="user-2").live_version == 1


def test_a_live_head_is_live_after_a_restart(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.go_live(ready(desk).head_id, actor="user-2")

    assert [head.name for head in make_desk(tmp_path).live_on(CAMERA)] == ["bin by the door"]


def test_a_second_verdict_on_an_alert_replaces_the_example_of_the_first(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)
    origin = Origin(kind=OriginKind.REVIEW, alert_id=AlertId("alert-1"))
    numbers = head.examples[0].numbers

    for state in ("open", "closed"):
        desk.add_numbers(head.head_id, state, numbers, origin=origin, actor="user-2")

    [learnt] = [one for one in desk.get(head.head_id).examples if one.origin.alert_id]
    assert (learnt.state, learnt.taught_by) == ("closed", "user-2")


def test_a_head_of_another_network_is_refused_and_can_be_looked_at_anew_from_kept_cut_outs(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = desk.create(
        NewHead(
            name=LIDS.name,
            states=LIDS.states,
            scope=LIDS.scope,
            code=LIDS.code,
            breach_state=LIDS.breach_state,
            keeps_crops=True,
        ),
        actor="user-1",
    )
    add(desk, head, opened=6, closed=6)
    desk.teach(head.head_id, actor="user-1")
    desk.go_live(head.head_id, actor="user-2")

    with capture_logs() as logs:
        newer = make_desk(tmp_path, embedder=make_embedder(sha256="f" * 64))

    assert newer.live_on(CAMERA) == ()
    assert [entry["event"] for entry in logs] == ["head_out_of_service"]
    with pytest.raises(HeadNetworkError, match="12 of its 12 examples kept their cut-outs"):
        newer.teach(head.head_id, actor="user-1")
    anew = newer.reembed(head.head_id, actor="user-1")
    assert (anew.status, anew.network.sha256, len(anew.examples)) == (HeadStatus.RETIRED, "f" * 64, 12)
    with pytest.raises(HeadNetworkError):  # the old version stays one of the old network
        newer.go_live(head.head_id, 1, actor="user-2")
    newer.teach(head.head_id, actor="user-1")
    assert newer.go_live(head.head_id, actor="user-2").live_version == 2


def test_without_cut_outs_a_head_of_another_network_needs_new_examples(tmp_path: Path) -> None:
    head = ready(make_desk(tmp_path))
    newer = make_desk(tmp_path, embedder=make_embedder(sha256="f" * 64))

    with pytest.raises(HeadNetworkError, match="needs new examples"):
        newer.teach(head.head_id, actor="user-1")
    with pytest.raises(HeadError, match="cut-outs were kept"):
        newer.reembed(head.head_id, actor="user-1")


def test_cut_outs_are_kept_only_if_asked_for_masked_and_go_with_their_example(tmp_path: Path) -> None:
    def blackened(pixels: Pixels) -> Pixels:
        return np.zeros_like(pixels)

    desk = make_desk(tmp_path, mask=blackened)
    plain = desk.create(LIDS, actor="user-1")
    add(desk, plain, opened=1)
    assert not (tmp_path / plain.head_id / "crops").exists()

    keeping = desk.create(NewHead(name="bin", states=("open", "closed"), keeps_crops=True), actor="user-1")
    add(desk, keeping, opened=1)
    [example] = desk.get(keeping.head_id).examples
    [path] = (tmp_path / keeping.head_id / "crops").iterdir()
    assert desk.crop(keeping.head_id, example.example_id) == path.read_bytes()
    desk.delete_examples(keeping.head_id, {example.example_id}, actor="user-1")
    assert list((tmp_path / keeping.head_id / "crops").iterdir()) == []


def test_without_somebody_who_masks_faces_no_cut_outs_are_promised(tmp_path: Path) -> None:
    with pytest.raises(HeadError, match="finds faces"):
        make_desk(tmp_path, mask=None).create(
            NewHead(name="bin", states=("open", "closed"), keeps_crops=True), actor="user-1"
        )


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (NewHead(name=" ", states=("open", "closed")), "name"),
        (NewHead(name="bin", states=("open", "open")), "different"),
        (NewHead(name="bin", states=("open",)), "2 items"),
        (NewHead(name="bin", states=("open", "closed"), code="bin.uncovered"), "belong together"),
        (NewHead(name="bin", states=("open", "closed"), code="bin.uncovered", breach_state="ajar"), "breach_state"),
    ],
    ids=["name", "twice", "one state", "code alone", "unknown breach"],
)
def test_a_head_that_makes_no_sense_is_refused(tmp_path: Path, new: NewHead, expected: str) -> None:
    with pytest.raises(HeadError, match=expected):
        make_desk(tmp_path).create(new, actor="user-1")


def test_an_example_of_a_state_that_the_head_does_not_have_is_refused(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = desk.create(LIDS, actor="user-1")

    with pytest.raises(HeadError, match="one of open, closed, found ajar"):
        desk.add_picture(head.head_id, "ajar", lid(is_open=True, seed=0), origin=UPLOADED, actor="user-1")


def test_a_full_head_takes_no_more_examples(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, settings=HeadSettings(most_examples=10))
    head = desk.create(LIDS, actor="user-1")
    add(desk, head, opened=5, closed=5)

    with pytest.raises(HeadError, match="at most 10"):
        add(desk, head, opened=1, first_seed=20)


def test_an_example_that_is_not_there_cannot_be_deleted(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = desk.create(LIDS, actor="user-1")

    with pytest.raises(HeadNotFoundError):
        desk.delete_examples(head.head_id, {"nothing"}, actor="user-1")


def test_a_dark_picture_cannot_be_told(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    head = ready(desk)

    answer = desk.judge(head.head_id, np.zeros((120, 100, 3), dtype=np.uint8))

    assert answer.state is None
