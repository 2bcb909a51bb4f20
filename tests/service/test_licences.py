"""Licences in a service: which camera bears them, and a thread that goes on whatever happens."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from alerts.errors import JournalError
from alerts.licences.ports import Licence
from credit.testing import InMemoryRegistry
from domain.alert import Alert
from domain.credit_code import CreditCode
from domain.ids import CameraId, EnterpriseId, NodeId, SiteId
from domain.organisation import Camera, Enterprise, Site, Source
from domain.schedule import Schedule
from domain.scope import Scope
from service.asked_for import AskedFor
from service.licences import LicenceWatch, RegistryLicences, licences_of
from tests.alerts.kit import PLACE, Kit, camera
from tests.streams.cameras import wait_for

FIRM, OTHER = PLACE.enterprise_id, EnterpriseId("other")
LAST = date(2020, 1, 1)


def registry(*cameras: Camera) -> InMemoryRegistry:
    found = InMemoryRegistry()
    firm = Enterprise(enterprise_id=FIRM, name="示例", credit_code=CreditCode.generated(1))
    found.add_enterprise(replace(firm, licence_no="示例许可 1", licence_valid_to=LAST))
    found.add_enterprise(Enterprise(enterprise_id=OTHER, name="别家", credit_code=CreditCode.generated(2)))
    found.add_site(Site(site_id=PLACE.site_id, enterprise_id=FIRM, name="一号"))
    found.add_site(Site(site_id=SiteId("site-9"), enterprise_id=OTHER, name="九号"))
    for each in cameras:
        found.add_camera(each)
    return found


def one(camera_id: str, site_id: SiteId = PLACE.site_id) -> Camera:
    return Camera(camera_id=CameraId(camera_id), site_id=site_id, name=camera_id, source=Source(location="a.mp4"))


def test_the_first_camera_that_is_watched_here_bears_the_licence() -> None:
    book = RegistryLicences(
        registry(
            one("d"),
            one("c"),
            replace(one("b"), is_enabled=False),
            replace(one("a"), node_id=NodeId("node-1")),
            one("0", SiteId("site-9")),
        )
    )

    assert book.licence(FIRM) == Licence(
        number="示例许可 1",
        valid_to=LAST,
        cameras=(CameraId("b"), CameraId("c"), CameraId("d")),
        bearer=CameraId("c"),
    )


def test_an_enterprise_without_cameras_has_no_bearer_and_an_unknown_one_no_licence() -> None:
    book = RegistryLicences(registry())

    assert book.licence(OTHER) == Licence(number=None, valid_to=None, cameras=(), bearer=None)
    assert book.licence(EnterpriseId("nobody")) is None


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


def watch_of(kit: Kit, book: InMemoryRegistry) -> LicenceWatch:
    return licences_of(
        book, catalogue=kit.catalogue, journal=kit.journal, recorder=kit.recorder, new_id=kit.new_id, now=kit.now
    )


def recorded(kit: Kit) -> list[Alert]:
    kit.recorder.work()
    return kit.alerts()


def test_a_camera_that_comes_is_looked_at_soon_and_a_later_date_too(kit: Kit) -> None:
    book = registry(replace(camera(), site_id=PLACE.site_id))
    asked = AskedFor(licences=watch_of(kit, book))
    (thread,) = asked.threads
    thread.start()
    try:
        asked.configure(camera(), (), PLACE, Schedule())
        wait_for(lambda: [alert.violation.code for alert in recorded(kit)] == ["licence.expiry"])
        firm = book.get_enterprise(FIRM, Scope.everything())
        assert firm is not None
        book.update_enterprise(replace(firm, licence_valid_to=date(2099, 1, 1)))
        asked.configure(camera(), (), PLACE, Schedule())
        wait_for(lambda: not recorded(kit)[0].is_open)
        asked.remove(camera().camera_id)
        asked.let_go(camera().camera_id)
    finally:
        thread.stop()
        thread.stop()


def test_a_database_that_is_away_and_a_fault_do_not_end_the_watch(kit: Kit) -> None:
    watch = watch_of(kit, registry(replace(camera(), site_id=PLACE.site_id)))
    faults: list[Exception] = [JournalError("away", is_temporary=True), RuntimeError("a fault")]
    look: Callable[[], None] = watch.desk.look
    looked = threading.Event()

    def stumble() -> None:
        if faults:
            raise faults.pop(0)
        look()
        looked.set()

    watch.desk.look = stumble  # type: ignore[method-assign]  # the faults of a database that comes and goes
    watch.start()
    try:

        def is_looked() -> bool:
            watch.wake()
            return looked.is_set()

        wait_for(is_looked)
    finally:
        watch.stop()
