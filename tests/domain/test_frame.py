from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.frame import Frame, require_utc
from domain.ids import CameraId
from tests.support.pictures import EPOCH, grey_picture, make_frame

NAIVE = datetime(2026, 1, 5)  # noqa: DTZ001 - naive on purpose
OTHER = datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("instant", [NAIVE, OTHER], ids=["naive", "other"])
def test_what_is_not_utc_is_refused_by_its_name(instant: datetime) -> None:
    with pytest.raises(ValueError, match="captured_at must be an aware UTC instant"):
        require_utc("captured_at", instant)
    with pytest.raises(ValueError, match="captured_at must be an aware UTC instant"):
        Frame(camera_id=CameraId("c"), sequence=1, captured_at=instant, clock=0.0, picture=grey_picture())


def test_a_frame_carries_both_clocks() -> None:
    frame = make_frame(seconds=2.5)

    assert (frame.captured_at, frame.clock) == (EPOCH + timedelta(seconds=2.5), 1002.5)
    assert frame.captured_at.tzinfo is UTC
