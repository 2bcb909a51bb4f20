"""The thread of reminders: dates are looked for when something can have changed, and told."""

from datetime import date, timedelta

import pytest

from alerts.notify.recipient import Channel
from service.credit.reminding import ReminderWatch
from tests.alerts.notify.reminding.test_reminders import Office


class Watched:
    """A watch over an office, with its rounds counted."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.is_ours = True
        self.looks = 0
        self.watch = ReminderWatch(
            office.reminders,
            today=office.dates.today,
            now=office.kit.now,
            keep_days=730,
            may_work=lambda: self.is_ours,
            look_seconds=0.01,
        )
        self._take_in = office.reminders.take_in

    def counted(self) -> int:
        self.looks += 1
        return self._take_in()

    def after(self, *, days: int = 0, minutes: float = 0) -> int:
        """How often dates were looked for in a round so much later."""
        before = self.looks
        self.office.kit.at += timedelta(days=days, minutes=minutes)
        self.office.dates.day += timedelta(days=days)
        self.watch.work()
        return self.looks - before


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    found = Watched(Office())
    monkeypatch.setattr(found.office.reminders, "take_in", found.counted)
    return found


def test_dates_are_looked_for_on_each_day_each_hour_and_when_recipients_change(watched: Watched) -> None:
    assert watched.after() == 1
    assert watched.after(minutes=1) == 0
    watched.office.add()
    assert watched.after(minutes=1) == 1
    assert watched.after(minutes=59) == 0
    assert watched.after(minutes=1) == 1
    assert watched.after(days=1) == 1


def test_a_process_whose_turn_it_is_not_reminds_nobody_and_looks_at_once_when_it_is(watched: Watched) -> None:
    watched.office.add()
    watched.office.date(1, 1)
    watched.is_ours = False
    assert watched.after() == 0
    watched.is_ours = True

    assert watched.after(minutes=1) == 1
    assert len(watched.office.kit.sender.sent) == 1


def test_the_thread_goes_on_over_what_goes_wrong_and_ends_when_told(watched: Watched) -> None:
    watched.office.add("平台", Channel.WEBHOOK)
    watched.office.date(1, 1)
    real, failures = watched.office.dates.today, iter([RuntimeError("once")])

    def today() -> date:
        for error in failures:
            raise error
        return real()

    watched.watch = ReminderWatch(
        watched.office.reminders, today=today, now=watched.office.kit.now, keep_days=730, look_seconds=0.01
    )
    watched.watch.start()
    assert watched.office.kit.sender.taken.wait(60)
    watched.watch.stop()
    watched.watch.stop()
