"""Alerts about licences, from the registry's dates to the journal."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from alerts.catalogue import Catalogue, CatalogueEntry, load_catalogue
from alerts.errors import JournalError
from alerts.licences.desk import LicenceDesk
from alerts.licences.ports import Licence
from alerts.licences.rule import LicenceStanding
from alerts.licences.testing import InMemoryLicences
from alerts.ports import CameraPlace
from domain.alert import Alert
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.schedule import Schedule
from tests.alerts.kit import PLACE, Kit, camera
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, rat

FIRM = PLACE.enterprise_id
SECOND = CameraId("camera-2")
SHANGHAI = Schedule()
TODAY = SHANGHAI.local_day(EPOCH) + timedelta(days=1)  # so that no clock runs backwards
DAY = timedelta(days=1)


@dataclass
class Office:
    """A desk over a kit's journal, beginning at 12:00 of a day in Shanghai."""

    kit: Kit
    book: InMemoryLicences = field(default_factory=InMemoryLicences)
    cameras: tuple[CameraId, ...] = (CAMERA,)

    def __post_init__(self) -> None:
        self.desk = self.new_desk()

    def new_desk(self) -> LicenceDesk:
        desk = LicenceDesk(
            self.book,
            catalogue=self.kit.catalogue,
            journal=self.kit.journal,
            recorder=self.kit.recorder,
            new_id=self.kit.new_id,
            now=self.kit.now,
        )
        for camera_id in self.cameras:
            desk.configure(camera(camera_id), PLACE, SHANGHAI)
        return desk

    def enters(self, valid_to: date | None, *, bearer: CameraId | None = CAMERA) -> None:
        self.book.known[FIRM] = Licence(number="示例许可 1", valid_to=valid_to, cameras=(CAMERA, SECOND), bearer=bearer)

    def looks(self, *, hours: float = 0.0) -> list[Alert]:
        """The alerts after so many hours in which somebody looked every quarter of an hour."""
        for _ in range(round(hours * 4)):
            self.kit.seconds += 900
            self.desk.look()
            self.kit.recorder.work()
        self.desk.look()
        self.kit.recorder.work()
        return self.kit.alerts()

    def at(self, wall: str, day: date = TODAY) -> None:
        """It is now that time of a day in Shanghai."""
        hours, minutes = (int(part) for part in wall.split(":"))
        midnight = EPOCH.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=8)
        wanted = midnight + (day - EPOCH.date()) + timedelta(hours=hours, minutes=minutes)
        self.kit.seconds = (wanted - EPOCH).total_seconds()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(Kit(tmp_path))
    made.at("12:00")
    return made


def codes(alerts: list[Alert], *, is_open: bool = True) -> list[str]:
    return sorted(alert.violation.code for alert in alerts if alert.is_open is is_open)


def test_a_licence_that_is_over_is_one_alert_that_says_which_and_since_when(office: Office) -> None:
    office.enters(TODAY - 3 * DAY)

    (alert,) = office.looks(hours=100)

    violation = alert.violation
    assert (violation.code, violation.subject, violation.risk_class.value) == ("licence.expiry", "licence", "II")
    assert (violation.camera_id, violation.sightings, alert.evidence, alert.is_open) == (CAMERA, (), (), True)
    assert (alert.enterprise_id, alert.site_id) == (PLACE.enterprise_id, PLACE.site_id)
    assert alert.violation.clause_ids
    (step,) = office.kit.journal.history(alert.alert_id)
    assert step.note == f"许可证 示例许可 1 有效期至 {TODAY - 3 * DAY}，已过期 3 天 (ended 3 days ago)"
    assert step.payload["model"]["name"] == "registry"


def test_one_that_ends_soon_is_a_reminder_that_can_never_count(office: Office) -> None:
    office.enters(TODAY + 30 * DAY)

    (alert,) = office.looks(hours=48)

    assert (alert.violation.code, alert.violation.risk_class.value, alert.is_open) == ("licence.ending", "ops", True)


def test_one_that_ends_later_is_none(office: Office) -> None:
    office.enters(TODAY + 31 * DAY)

    assert office.looks() == []
    assert office.desk.standings() == {FIRM: LicenceStanding.VALID}
    office.at("08:59", TODAY + DAY)
    assert office.looks() == []
    assert codes(office.looks(hours=1)) == ["licence.ending"]


def test_a_licence_that_nobody_entered_is_no_data_and_never_valid(office: Office) -> None:
    office.enters(None)

    assert office.looks(hours=48) == []
    assert office.desk.standings() == {FIRM: LicenceStanding.NO_DATA}


def test_the_reminder_gives_way_to_the_alert_without_a_gap(office: Office) -> None:
    office.enters(TODAY)
    assert codes(office.looks()) == ["licence.ending"]

    office.at("08:59", TODAY + DAY)
    assert codes(office.looks()) == ["licence.ending"]
    alerts = office.looks(hours=1)

    assert codes(alerts) == ["licence.expiry"]
    assert codes(alerts, is_open=False) == ["licence.ending"]


def test_it_ends_when_the_registry_has_a_later_date_and_not_when_the_date_is_taken_away(office: Office) -> None:
    office.enters(TODAY - DAY)
    office.looks()
    office.enters(None)
    assert codes(office.looks(hours=24)) == ["licence.expiry"]

    office.enters(TODAY + 900 * DAY)
    (alert,) = office.looks()

    assert not alert.is_open
    assert office.kit.steps(alert.alert_id) == ["raised", "ended"]


def test_a_date_that_is_entered_late_in_the_day_does_not_wait_for_the_next(office: Office) -> None:
    office.enters(None)
    office.looks(hours=2)

    office.enters(TODAY - DAY)
    office.desk.configure(camera(), PLACE, SHANGHAI)  # as the registry tells it

    assert codes(office.looks()) == ["licence.expiry"]


def test_before_the_time_of_the_day_nothing_is_raised(office: Office) -> None:
    office.enters(TODAY - DAY)
    office.at("08:00")

    assert office.looks() == []
    assert codes(office.looks(hours=1)) == ["licence.expiry"]


def test_a_restart_takes_the_alert_up_and_raises_no_second_one(office: Office) -> None:
    office.enters(TODAY - DAY)
    office.looks()
    again = Office(office.kit.restarted(), office.book)

    assert codes(again.looks(hours=48)) == ["licence.expiry"]
    again.enters(TODAY + 900 * DAY)
    (alert,) = again.looks()
    assert not alert.is_open


def test_the_cameras_own_rules_leave_the_licence_s_alert_alone(office: Office) -> None:
    office.enters(TODAY - DAY)
    office.looks()
    again = office.kit.restarted()
    again.watch()
    again.see(rat(), seconds=2)
    again.see(seconds=120)
    again.recorder.work()

    states = {alert.violation.code: alert.is_open for alert in again.alerts()}
    assert states == {"licence.expiry": True, "pest.rodent": False}


def test_two_cameras_are_one_alert_and_the_second_takes_over_when_the_first_goes(tmp_path: Path) -> None:
    office = Office(Kit(tmp_path), cameras=(CAMERA, SECOND))
    office.at("12:00")
    office.enters(TODAY - DAY)
    assert [alert.violation.camera_id for alert in office.looks(hours=30)] == [CAMERA]

    office.desk.remove(CAMERA)
    office.enters(TODAY - DAY, bearer=SECOND)
    alerts = office.looks(hours=1)

    assert {alert.violation.camera_id: alert.is_open for alert in alerts} == {CAMERA: False, SECOND: True}


def test_of_two_processes_one_raises_and_an_alert_that_the_other_left_is_not_raised_again(office: Office) -> None:
    other = Office(office.kit, office.book, cameras=(SECOND,))
    office.enters(TODAY - DAY)
    assert other.looks() == []
    assert len(office.looks()) == 1
    assert len(other.looks()) == 1

    office.desk.let_go(CAMERA)
    office.enters(TODAY - DAY, bearer=SECOND)
    (alert,) = other.looks(hours=48)
    assert (alert.violation.camera_id, alert.is_open) == (CAMERA, True)


def test_an_alert_on_a_camera_that_does_not_bear_any_more_ends_all_the_same(tmp_path: Path) -> None:
    office = Office(Kit(tmp_path), cameras=(CAMERA, SECOND))
    office.at("12:00")
    office.enters(TODAY - DAY, bearer=SECOND)
    office.looks()
    office.enters(TODAY + 900 * DAY, bearer=CAMERA)

    (alert,) = office.looks()
    assert not alert.is_open


def test_an_enterprise_with_no_camera_that_is_watched_is_not_judged(office: Office) -> None:
    office.enters(TODAY - DAY, bearer=None)

    assert office.looks(hours=48) == []
    assert office.desk.standings() == {}


def test_two_enterprises_are_two_alerts(office: Office) -> None:
    other = CameraPlace(enterprise_id=EnterpriseId("other"), site_id=SiteId("site-9"), timezone="Asia/Shanghai")
    office.desk.configure(camera(CameraId("camera-9")), other, SHANGHAI)
    office.enters(TODAY - DAY)
    office.book.known[EnterpriseId("other")] = Licence(
        number=None, valid_to=TODAY, cameras=(CameraId("camera-9"),), bearer=CameraId("camera-9")
    )

    alerts = office.looks(hours=3)

    assert {alert.enterprise_id: alert.violation.code for alert in alerts} == {
        FIRM: "licence.expiry",
        EnterpriseId("other"): "licence.ending",
    }


def test_a_code_that_a_catalogue_switches_off_is_not_judged_and_ends(office: Office) -> None:
    office.enters(TODAY - DAY)
    office.looks()
    again = replace(office.kit.restarted(), catalogue=without("licence.expiry"))

    (alert,) = Office(again, office.book).looks(hours=48)

    assert not alert.is_open


def test_without_a_database_it_is_looked_at_again_later(office: Office) -> None:
    class Away(InMemoryLicences):
        is_away = True

        def licence(self, enterprise_id: EnterpriseId) -> Licence | None:
            if self.is_away:
                raise JournalError("away", is_temporary=True)
            return super().licence(enterprise_id)

    book = Away()
    shop = Office(office.kit, book)
    shop.enters(TODAY - DAY)
    with pytest.raises(JournalError):
        shop.desk.look()

    book.is_away = False
    assert codes(shop.looks()) == ["licence.expiry"]


def test_the_registry_is_asked_a_few_times_a_day_where_nothing_is_open(office: Office) -> None:
    office.enters(TODAY + 300 * DAY)

    office.looks(hours=240)

    assert office.book.asked <= 3 * 11


def without(code: str) -> Catalogue:
    shipped = load_catalogue()
    entries: dict[str, CatalogueEntry] = dict(shipped.entries)
    entries[code] = replace(entries[code], is_on_by_default=False)
    return replace(shipped, entries=entries)
