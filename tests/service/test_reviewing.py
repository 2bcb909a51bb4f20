from datetime import UTC, date, datetime
from pathlib import Path

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.messages import AlertMessages
from alerts.testing import InMemoryEvidenceStore
from credit.testing import InMemoryRegistry
from domain.credit_code import CreditCode
from domain.ids import EnterpriseId, SiteId
from domain.organisation import Enterprise, Site
from domain.schedule import Schedule
from service.demo.pace import hastened
from service.folder import DataFolder
from service.reviewing import reviewing
from service.settings import ServiceSettings
from service.site_hours import LONGEST_MEMORY_SECONDS, RegisteredHours
from service.store import open_store

NEW_YEAR = date(2026, 1, 1)


def test_the_service_reviews_by_the_terms_of_its_catalogue_and_not_by_plain_ones(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    with DataFolder(tmp_path / "data") as folder:
        store = open_store(ServiceSettings(data=tmp_path / "data"), folder)
        made = reviewing(
            store,
            catalogue,
            AlertMessages(catalogue),
            FeedBell(),
            evidence_store=InMemoryEvidenceStore(tmp_path / "scratch"),
            now=lambda: datetime(2026, 1, 5, tzinfo=UTC),
        )
        assert made.review.steps.terms == made.desks.terms == catalogue.terms
        assert catalogue.terms.classes != {}
        assert made.review.steps.viewings is store.viewings is made.desks.viewings
        assert made.escalator.work() == 0
        store.database.close()


def test_in_the_demonstration_one_person_can_do_all_and_the_clocks_stay() -> None:
    shipped, shown = load_catalogue().terms, hastened(load_catalogue()).terms
    for risk_class, terms in shown.classes.items():
        assert (terms.needs_second_review, terms.verified_by_another, terms.minimum_viewing_seconds) == (
            False,
            False,
            0,
        )
        assert terms.deadlines == shipped.of(risk_class).deadlines


def test_hours_are_the_sites_own_with_holidays_and_read_once_a_minute() -> None:
    registry, now = InMemoryRegistry(), [0.0]
    firm = EnterpriseId("enterprise-1")
    registry.add_enterprise(Enterprise(enterprise_id=firm, name="示例", credit_code=CreditCode.generated(1)))
    site = Site(site_id=SiteId("site-1"), enterprise_id=firm, name="厨房", schedule=Schedule(keeps_holidays=True))
    hours = RegisteredHours(registry, {NEW_YEAR}, clock=lambda: now[0])
    assert hours.schedule(site.site_id) is None
    registry.add_site(site)
    assert hours.schedule(site.site_id) is None, "remembered"
    now[0] = LONGEST_MEMORY_SECONDS
    known = hours.schedule(site.site_id)
    assert known is not None
    assert known.on(NEW_YEAR) == ()
