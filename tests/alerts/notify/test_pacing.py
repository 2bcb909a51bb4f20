"""When a message may go out: promises for any wishes and any instant."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.notify.pacing import HOUR, may_send_at, next_digest, quiet_until, retry_seconds
from alerts.notify.recipient import Quiet, Wishes
from domain.risk import RiskClass
from tests.alerts.notify.kit import local

instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
walls = st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None))
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"])


def wishes(*, quiet: tuple[Quiet, ...] = (), zone: str = "Asia/Shanghai", digest: time = time(18)) -> Wishes:
    return Wishes(quiet=quiet, timezone=zone, digest_at=digest)


@given(now=instants, start=walls, minutes=st.integers(1, 1200), zone=zones)
@example(now=datetime(2025, 10, 26, 0, 30, tzinfo=UTC), start=time(1), minutes=90, zone="Europe/Berlin")
@example(now=datetime(2025, 10, 26, 1, 10, tzinfo=UTC), start=time(1), minutes=90, zone="Europe/Berlin")
@example(now=datetime(2025, 3, 30, 0, 30, tzinfo=UTC), start=time(1), minutes=90, zone="Europe/Berlin")
def test_after_the_quiet_hours_it_is_not_quiet_and_they_end_within_a_day(
    now: datetime, start: time, minutes: int, zone: str
) -> None:
    end = (datetime.combine(now.date(), start) + timedelta(minutes=minutes)).time()
    given_wishes = wishes(quiet=(Quiet(start=start, end=end),), zone=zone)
    is_quiet = given_wishes.quiet[0].hours.covers(now.astimezone(ZoneInfo(zone)).time())

    until = quiet_until(given_wishes, now)

    assert (until is not None) == is_quiet
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert quiet_until(given_wishes, until) is None


def test_quiet_hours_over_midnight_end_in_the_morning() -> None:
    night = wishes(quiet=(Quiet(start=time(22), end=time(7)),))

    assert quiet_until(night, local(23)) == local(7, day=6)
    assert quiet_until(night, local(3)) == local(7)
    assert quiet_until(night, local(12)) is None


def test_stretches_that_touch_are_one() -> None:
    both = wishes(quiet=(Quiet(start=time(12), end=time(14)), Quiet(start=time(14), end=time(15))))

    assert quiet_until(both, local(12, 30)) == local(15)


@pytest.mark.parametrize("quiet", [[("00:00", "00:00")], [("00:00", "12:00"), ("12:00", "00:00")]], ids=["one", "two"])
def test_a_recipient_that_is_always_quiet_is_refused(quiet: list[tuple[str, str]]) -> None:
    with pytest.raises(ValidationError, match="leave some of the day"):
        Wishes.model_validate({"quiet": [{"start": start, "end": end} for start, end in quiet]})


def test_class_one_cannot_be_collected() -> None:
    with pytest.raises(ValidationError, match="class I is told at once"):
        Wishes(digest_classes=frozenset({RiskClass.I}))


@given(now=instants, at=walls, zone=zones)
def test_the_next_digest_is_within_a_day_at_the_hour_on_the_recipients_wall(now: datetime, at: time, zone: str) -> None:
    found = next_digest(wishes(zone=zone, digest=at), now)

    assert now <= found <= now + timedelta(hours=26)
    shown = found.astimezone(ZoneInfo(zone))
    is_skipped = datetime.combine(shown.date(), at, ZoneInfo(zone)).astimezone(UTC) != found
    assert shown.time() == at or is_skipped or shown.utcoffset() != (shown - timedelta(hours=2)).utcoffset()


@given(
    gaps=st.lists(st.floats(0, 2000), max_size=40),
    per_hour=st.integers(1, 30),
    group=st.floats(0, 600),
    is_urgent=st.booleans(),
)
def test_no_more_messages_than_allowed_go_out_in_any_hour(
    gaps: list[float], per_hour: int, group: float, is_urgent: bool
) -> None:
    asked = Wishes(messages_per_hour=per_hour, group_seconds=group)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    sent: list[datetime] = []
    for gap in gaps:
        now += timedelta(seconds=gap)
        recent = [at for at in sent if at > now - HOUR]
        at = may_send_at(asked, recent, now, is_urgent=is_urgent)
        assert at >= now
        if at == now:
            sent.append(now)
    if not is_urgent:
        for first in sent:
            assert sum(first <= one < first + HOUR for one in sent) <= per_hour
    least = timedelta(seconds=min(group, 60.0) if is_urgent else group)
    assert all(later - earlier >= least for earlier, later in pairwise(sent))


@given(per_hour=st.integers(1, 5), count=st.integers(1, 30))
def test_class_one_waits_a_minute_at_most_however_much_was_sent(per_hour: int, count: int) -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    sent = [now - timedelta(seconds=one) for one in reversed(range(count))]
    asked = Wishes(messages_per_hour=per_hour, group_seconds=3600)

    assert may_send_at(asked, sent, now, is_urgent=True) <= now + timedelta(seconds=60)


@given(failures=st.integers(1, 10_000), jitter=st.floats(0.75, 1.25))
def test_waits_after_failures_grow_to_the_most_and_never_beyond(failures: int, jitter: float) -> None:
    wait = retry_seconds(failures, minimum=15, maximum=3600, jitter=jitter)

    assert 15 * 0.75 <= wait <= 3600 * 1.25
    assert retry_seconds(failures + 1, minimum=15, maximum=3600, jitter=jitter) >= wait


@pytest.mark.parametrize("is_urgent", [True, False])
def test_a_clock_that_was_ahead_and_is_set_back_holds_up_no_message(is_urgent: bool) -> None:
    now = local(12)
    ahead = [now + timedelta(hours=8, minutes=minute) for minute in range(60)]

    assert may_send_at(wishes(), ahead, now, is_urgent=is_urgent) == now
