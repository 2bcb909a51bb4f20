"""When a message may go out: quiet hours, the daily digest, the hourly number, waits after failures. Pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.notify.recipient import Wishes

HOUR = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=2)
"""Nothing is put off for longer: a digest is at most a day away, and quiet hours end within another."""
# Class I is grouped as well, or a flood of it would be one, but never waits longer than this for company.
URGENT_GROUP_SECONDS = 60.0


def is_due(not_before: datetime, now: datetime) -> bool:
    """Whether a message that was put off may go.

    One that would have to wait for longer than anything is put off was put off by a wall clock that was ahead and was
    set back, so it goes at once.
    """
    return not_before <= now or not_before > now + LONGEST_WAIT


def next_digest(wishes: Wishes, after: datetime) -> datetime:
    """The first digest at or after an instant, by the recipient's own clock."""
    zone = ZoneInfo(wishes.timezone)
    local = after.astimezone(zone)
    for days in (0, 1, 2):
        day = local.date() + timedelta(days=days)
        found = datetime.combine(day, wishes.digest_at, zone).astimezone(after.tzinfo)
        if found >= after:
            return found
    raise AssertionError("one of three days has a digest after now")


def at_time(at: time, timezone: str, now: datetime) -> datetime:
    """A time of the wall on the day that it is there now."""
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date(), at, zone).astimezone(now.tzinfo)


def quiet_until(wishes: Wishes, now: datetime) -> datetime | None:
    """When the quiet hours that are on now end, stretches that touch one another included; None: they are not on."""
    zone = ZoneInfo(wishes.timezone)
    at = now
    for _ in range(len(wishes.quiet) + 1):
        local = at.astimezone(zone)
        stretch = next((one for one in wishes.quiet if one.hours.covers(local.time())), None)
        if stretch is None:
            break
        day = local.date() if local.time() < stretch.end else local.date() + timedelta(days=1)
        at = max(at, datetime.combine(day, stretch.end, zone).astimezone(now.tzinfo))
        if at.astimezone(zone).time() < stretch.end:  # the clock was turned while it lasted
            at += HOUR
    return at if at > now else None


def may_send_at(wishes: Wishes, sent: Sequence[datetime], now: datetime, *, is_urgent: bool) -> datetime:
    """The earliest moment for the next message. `sent` are those of the last hour, ascending.

    What was sent at a time still to come says that the wall clock was ahead and was set back: it holds up nothing.
    """
    sent = [at for at in sent if at <= now]
    gap = min(wishes.group_seconds, URGENT_GROUP_SECONDS) if is_urgent else wishes.group_seconds
    earliest = now if not sent else max(now, sent[-1] + timedelta(seconds=gap))
    if is_urgent:
        return earliest
    recent = [at for at in sent if at > now - HOUR]
    if len(recent) >= wishes.messages_per_hour:
        earliest = max(earliest, recent[-wishes.messages_per_hour] + HOUR)
    return earliest


def retry_seconds(failures: int, *, minimum: float, maximum: float, jitter: float) -> float:
    """The wait after so many failures in a row: minimum, doubled each time, at most maximum; times jitter."""
    doubled = minimum * 2.0 ** min(max(0, failures - 1), 30)
    return min(maximum, doubled) * jitter
