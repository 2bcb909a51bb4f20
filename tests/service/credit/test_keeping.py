"""What keeps ledgers and index: it follows alerts once, counts hours that were open, and closes days."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from alerts.ports import CameraPlace
from api.ports import Role
from credit.ledger import LEADS, LeadKind
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.schedule import OpenHours, Schedule
from domain.scope import Scope
from domain.zone import ZoneType
from domain.zone_hours import Holds, ZoneHours
from service.credit.following import MARK, StepFollower
from service.credit.keeping import CreditKeeper
from service.credit.observing import LONGEST_STEP_SECONDS, Observer
from service.storage.observed import Observation, ObservedDay
from streams.ports import CameraCondition
from tests.api.kitchen import CAMERA, FIRM, SITE, Kitchen
from tests.credit.samples import zone

EVERYTHING = Scope.everything()


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


@pytest.fixture
def follower(kitchen: Kitchen) -> StepFollower:
    twins = kitchen.twins
    return StepFollower(twins.journal, twins.ledgers, twins.catalogue.register, twins.clock.now)


def judged(kitchen: Kitchen, verdict: str = "confirm") -> str:
    alert = kitchen.raise_alert()
    reviewer = kitchen.add_user(f"reviewer-{alert.alert_id}", Role.REGULATOR)
    step: Callable[..., object] = getattr(kitchen.twins.desk, verdict)
    step(alert.alert_id, actor=reviewer.user_id, scope=EVERYTHING, expected_sequence=1, reason="看过")
    return alert.alert_id


def test_alerts_reach_the_ledgers_once(kitchen: Kitchen, follower: StepFollower) -> None:
    confirmed = judged(kitchen)
    judged(kitchen, "dismiss")
    kitchen.raise_alert()

    assert follower.follow() == 5
    assert follower.follow() == 0

    ledgers = kitchen.twins.ledgers
    kinds = [entry.kind for _, entry in ledgers.leads(FIRM, EVERYTHING, 0, 100)]
    assert sorted(kinds) == ["confirmed", "detected", "detected", "detected", "dismissed"]
    assert [entry.case_id for _, entry in ledgers.supervision(FIRM, EVERYTHING, 0, 100)] == [confirmed]
    assert ledgers.mark(MARK) == kitchen.twins.journal.newest_feed_id()
    assert ledgers.first_broken(LEADS) is None


def test_clauses_carry_the_version_of_the_day(kitchen: Kitchen, follower: StepFollower) -> None:
    judged(kitchen)
    follower.follow()

    ((_, entry),) = kitchen.twins.ledgers.supervision(FIRM, EVERYTHING, 0, 10)
    assert entry.clauses != ()
    assert all("@" in clause for clause in entry.clauses)


def test_leads_that_nobody_judged_expire_after_30_days(kitchen: Kitchen, follower: StepFollower) -> None:
    judged(kitchen)
    kitchen.raise_alert()
    follower.follow()
    assert follower.expire() == 0
    kitchen.twins.clock.advance(31 * 86_400)

    assert follower.expire() == 1
    assert follower.expire() == 0
    kinds = [entry.kind for _, entry in kitchen.twins.ledgers.leads(FIRM, EVERYTHING, 0, 100)]
    assert kinds.count(LeadKind.EXPIRED) == 1


# Observed hours


class Seconds:
    """ObservedTime in a list."""

    def __init__(self) -> None:
        self.kept: list[Observation] = []

    def add(self, seconds: list[Observation]) -> None:
        self.kept += seconds

    def days_before(self, day: date) -> list[ObservedDay]:
        found: dict[tuple[SiteId, date], list[Observation]] = {}
        for each in self.kept:
            if each.day < day:
                found.setdefault((each.site_id, each.day), []).append(each)
        return [
            ObservedDay(
                enterprise_id=some[0].enterprise_id,
                site_id=site_id,
                day=on,
                observed_seconds=sum(each.observed_seconds for each in some),
                open_seconds=sum(each.open_seconds for each in some),
                cameras=len({each.camera_id for each in some}),
            )
            for (site_id, on), some in found.items()
        ]

    def forget(self, site_id: SiteId, day: date) -> None:
        self.kept = [each for each in self.kept if (each.site_id, each.day) != (site_id, day)]


class Places:
    def __init__(self, kitchen: Kitchen) -> None:
        self._kitchen = kitchen

    def place(self, camera_id: object) -> object:
        camera = self._kitchen.twins.registry.get_camera(camera_id, EVERYTHING)  # type: ignore[arg-type]
        return camera and CameraPlace(enterprise_id=FIRM, site_id=camera.site_id, timezone="Asia/Shanghai")


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def unjudged() -> set[CameraId]:
    """Cameras whose pictures nothing judges."""
    return set()


@pytest.fixture
def observer(kitchen: Kitchen, seconds: Seconds, unjudged: set[CameraId]) -> Observer:
    twins = kitchen.twins
    return Observer(
        fleet=twins.fleet,
        places=Places(kitchen),  # type: ignore[arg-type]
        registry=twins.registry,
        observed=seconds,
        ledgers=twins.ledgers,
        holidays=frozenset(),
        clock=twins.clock.clock,
        now=twins.clock.now,
        is_judged=lambda camera_id: camera_id not in unjudged,
    )


def stand(kitchen: Kitchen, condition: CameraCondition) -> None:
    """The camera is seen to stand so."""
    kitchen.show_picture(CAMERA)
    fleet = kitchen.twins.fleet
    fleet.known[CAMERA] = replace(fleet.known[CAMERA], condition=condition)


def watch(kitchen: Kitchen, observer: Observer, *, looks: int, every: float = 30.0) -> None:
    observer.look()
    for _ in range(looks):
        kitchen.twins.clock.advance(every)
        observer.look()


def test_only_time_with_pictures_counts_as_observed(kitchen: Kitchen, observer: Observer, seconds: Seconds) -> None:
    stand(kitchen, CameraCondition.ONLINE)
    watch(kitchen, observer, looks=10)
    stand(kitchen, CameraCondition.TAMPERED)
    watch(kitchen, observer, looks=10)
    observer.store()

    (kept,) = seconds.kept
    assert (kept.site_id, kept.camera_id) == (SITE, CAMERA)
    assert (kept.observed_seconds, kept.open_seconds) == (300, 600)


def test_time_in_which_no_picture_can_be_judged_is_open_and_not_observed(
    kitchen: Kitchen, observer: Observer, seconds: Seconds, unjudged: set[CameraId]
) -> None:
    stand(kitchen, CameraCondition.ONLINE)
    watch(kitchen, observer, looks=10)
    unjudged.add(CAMERA)
    watch(kitchen, observer, looks=10)
    observer.store()

    (kept,) = seconds.kept
    assert (kept.observed_seconds, kept.open_seconds) == (300, 600)


def test_time_in_which_every_place_of_a_camera_sleeps_is_open_and_not_observed(
    kitchen: Kitchen, observer: Observer, seconds: Seconds
) -> None:
    kitchen.twins.registry.add_zone(zone(1, camera_id=CAMERA, hours=ZoneHours(holds=Holds.OUTSIDE_HOURS)))
    kitchen.twins.registry.add_zone(zone(2, camera_id=CAMERA, type=ZoneType.IGNORED))
    stand(kitchen, CameraCondition.ONLINE)
    watch(kitchen, observer, looks=10)
    observer.store()
    kitchen.twins.registry.add_zone(zone(4, camera_id=CAMERA))
    kitchen.twins.clock.advance(400)  # zones are read again
    observer.look()
    observer.store()

    asleep, awake = seconds.kept
    assert (asleep.observed_seconds, asleep.open_seconds) == (0, 300)
    assert (awake.observed_seconds, awake.open_seconds) == (LONGEST_STEP_SECONDS, LONGEST_STEP_SECONDS)


def test_time_outside_the_opening_hours_does_not_count(kitchen: Kitchen, observer: Observer, seconds: Seconds) -> None:
    site = kitchen.twins.registry.get_site(SITE, EVERYTHING)
    assert site is not None
    closed = Schedule(hours=(OpenHours(weekday=6, start=time(9), end=time(10)),))
    kitchen.twins.registry.update_site(replace(site, schedule=closed))
    stand(kitchen, CameraCondition.ONLINE)
    watch(kitchen, observer, looks=10)
    observer.store()

    assert seconds.kept == []


def test_a_gap_is_not_taken_for_time_that_was_seen(kitchen: Kitchen, observer: Observer, seconds: Seconds) -> None:
    stand(kitchen, CameraCondition.ONLINE)
    watch(kitchen, observer, looks=1, every=3600.0)
    observer.store()

    assert [each.observed_seconds for each in seconds.kept] == [LONGEST_STEP_SECONDS]


def test_a_day_is_entered_once_when_it_is_over(kitchen: Kitchen, observer: Observer) -> None:
    stand(kitchen, CameraCondition.ONLINE)
    watch(kitchen, observer, looks=20)
    observer.store()
    assert observer.close_days() == 0
    kitchen.twins.clock.advance(3 * 86_400)

    assert (observer.close_days(), observer.close_days()) == (1, 0)
    ((_, entry),) = kitchen.twins.ledgers.supervision(FIRM, EVERYTHING, 0, 10)
    assert (entry.kind, entry.actor_id, entry.figures["observed_seconds"]) == ("observed", None, 600)


# All together


def test_a_round_follows_recomputes_and_tells_only_when_something_changed(
    kitchen: Kitchen, follower: StepFollower, observer: Observer
) -> None:
    told: list[datetime] = []
    twins = kitchen.twins
    keeper = CreditKeeper(
        follower=follower,
        observer=observer,
        index=twins.credit.index,
        ledgers=twins.ledgers,
        now=twins.clock.now,
        told=lambda: told.append(twins.clock.now()),
    )
    judged(kitchen)

    assert (keeper.work(), keeper.work()) == (1, 0)
    assert len(told) == 1
    twins.clock.advance(timedelta(days=1).total_seconds())
    assert keeper.work() == 1
    (latest, _) = twins.ledgers.snapshots(FIRM, 10)
    assert (latest.standing, latest.value) == ("new", None)


def test_a_verdict_is_in_the_index_soon_after_the_bell_and_touches_no_other_enterprise(
    kitchen: Kitchen, follower: StepFollower, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins = kitchen.twins
    keeper = CreditKeeper(
        follower=follower, observer=observer, index=twins.credit.index, ledgers=twins.ledgers, now=twins.clock.now
    )
    judged(kitchen)
    keeper.work()
    asked: list[str] = []
    record_all = twins.credit.index.record_all

    def noted(enterprise_ids: Sequence[EnterpriseId], as_of: date) -> object:
        asked.extend(enterprise_ids)
        return record_all(enterprise_ids, as_of)

    monkeypatch.setattr(twins.credit.index, "record_all", noted)
    assert (keeper.catch_up(), asked) == (0, [])
    judged(kitchen)

    assert keeper.catch_up() == 1
    assert asked == [FIRM]


def test_the_thread_follows_at_the_bell_without_waiting_for_its_round(
    kitchen: Kitchen, follower: StepFollower, observer: Observer
) -> None:
    twins, followed = kitchen.twins, threading.Event()
    keeper = CreditKeeper(
        follower=follower,
        observer=observer,
        index=twins.credit.index,
        ledgers=twins.ledgers,
        now=twins.clock.now,
        told=followed.set,
    )
    keeper.start()
    judged(kitchen)
    keeper.wake()

    assert followed.wait(25)  # sooner than the next round
    keeper.stop()
