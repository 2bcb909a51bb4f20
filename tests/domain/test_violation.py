from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.alerts.samples import sample_violation

NAIVE = datetime(2026, 1, 5, 8)  # noqa: DTZ001 - naive on purpose
NOT_UTC = [NAIVE, datetime(2026, 1, 5, 8, tzinfo=ZoneInfo("Asia/Shanghai"))]


@pytest.mark.parametrize("name", ["started_at", "confirmed_at", "last_seen_at", "ended_at"])
@pytest.mark.parametrize("instant", NOT_UTC, ids=["naive", "Shanghai"])
def test_every_instant_of_a_violation_must_be_utc(name: str, instant: datetime) -> None:
    with pytest.raises(ValueError, match=f"{name} must be an aware UTC instant"):
        sample_violation(1, **{name: instant})


def test_an_end_that_is_not_utc_is_refused() -> None:
    with pytest.raises(ValueError, match="ended_at must be an aware UTC instant"):
        sample_violation().ended(NAIVE)


def test_utc_instants_are_taken() -> None:
    assert sample_violation().ended(datetime(2026, 1, 5, 9, tzinfo=UTC)).ended_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
