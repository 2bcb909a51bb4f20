"""What every Registry promises; run over the in-memory twin and over each database.

Use: subclass and override the fixture `registry` (empty).
"""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from credit.errors import (
    ChangedMeanwhileError,
    CreditCodeTakenError,
    CreditError,
    ExternalIdTakenError,
    HeadOfficeError,
    NameTakenError,
    UnknownParentError,
    VersionConflictError,
)
from credit.ports import Registry
from domain.credit_code import CreditCode
from domain.geometry import Polygon
from domain.ids import CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Contact, Pause
from domain.scope import Scope
from tests.credit.samples import camera, enterprise, site, zone

EVERYTHING = Scope.everything()
FIRST_ENTERPRISE = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-1")}))
SECOND_SITE = Scope(site_ids=frozenset({SiteId("site-2")}))


def fill(registry: Registry) -> None:
    """Two enterprises; sites 1 and 2 of the first, 3 of the second; one camera and one zone for each site."""
    for number in (1, 2):
        registry.add_enterprise(enterprise(number))
    for number, of in ((1, 1), (2, 1), (3, 2)):
        registry.add_site(site(number, of))
        registry.add_camera(camera(number, of=number))
        registry.add_zone(zone(number, of=number))


class RegistryContract:
    @pytest.fixture
    def registry(self) -> Registry:
        raise NotImplementedError("override this fixture")

    def test_entries_come_back_as_they_were_added(self, registry: Registry) -> None:
        fill(registry)

        assert registry.get_enterprise(EnterpriseId("enterprise-2"), EVERYTHING) == enterprise(2)
        assert registry.get_site(SiteId("site-3"), EVERYTHING) == site(3, of=2)
        assert registry.get_camera(CameraId("camera-3"), EVERYTHING) == camera(3, of=3)
        assert registry.get_zone(ZoneId("zone-3")) == zone(3, of=3)

    def test_licence_region_chain_and_contacts_come_back(self, registry: Registry) -> None:
        registry.add_enterprise(enterprise(1))
        shop = enterprise(
            2,
            licence_no="示例许可 1",
            licence_valid_to=date(2027, 10, 1),
            region="000000",
            head_office_id=EnterpriseId("enterprise-1"),
            contacts=(Contact(name="张示例", duty="食品安全员", phone="000-0001"),),
        )
        registry.add_enterprise(shop)
        assert registry.get_enterprise(shop.enterprise_id, EVERYTHING) == shop

        bare = replace(shop, licence_no=None, licence_valid_to=None, region=None, head_office_id=None, contacts=())
        registry.update_enterprise(bare)
        assert registry.get_enterprise(shop.enterprise_id, EVERYTHING) == bare

    def test_a_head_office_gets_none_and_none_that_has_one_becomes_one(self, registry: Registry) -> None:
        first, second, third = (EnterpriseId(f"enterprise-{number}") for number in (1, 2, 3))
        for number in (1, 3):
            registry.add_enterprise(enterprise(number))
        registry.add_enterprise(enterprise(2, head_office_id=first))

        with pytest.raises(HeadOfficeError, match="is the head office of others"):
            registry.update_enterprise(enterprise(1, head_office_id=third))
        with pytest.raises(HeadOfficeError, match="has no head office itself"):
            registry.update_enterprise(enterprise(3, head_office_id=second))
        with pytest.raises(HeadOfficeError, match="has no head office itself"):
            registry.add_enterprise(enterprise(4, head_office_id=second))
        assert registry.list_enterprises(EVERYTHING, None, 10) == [
            enterprise(1),
            enterprise(2, head_office_id=first),
            enterprise(3),
        ]

        registry.update_enterprise(enterprise(2, head_office_id=first, name="改名"))
        registry.update_enterprise(enterprise(2))
        registry.update_enterprise(enterprise(1, head_office_id=third))
        assert registry.get_enterprise(first, EVERYTHING) == enterprise(1, head_office_id=third)

    def test_many_enterprises_are_stored_all_or_none(self, registry: Registry) -> None:
        registry.add_enterprise(enterprise(1))
        renamed = replace(enterprise(1), name="示例餐厅 改名")

        with pytest.raises(CreditCodeTakenError):
            registry.store_enterprises(
                [enterprise(2), enterprise(3, credit_code=CreditCode.generated(2))], [renamed], [site(1)]
            )
        assert registry.list_enterprises(EVERYTHING, None, 10) == [enterprise(1)]

        registry.store_enterprises([enterprise(2)], [renamed], [site(1, of=2)])
        assert registry.list_enterprises(EVERYTHING, None, 10) == [renamed, enterprise(2)]
        assert registry.list_sites(EVERYTHING, EnterpriseId("enterprise-2")) == [site(1, of=2)]

    def test_a_camera_judges_the_catalogues_codes_or_its_own_or_none(self, registry: Registry) -> None:
        fill(registry)
        for number, codes in ((4, None), (5, frozenset[str]())):
            registry.add_camera(camera(number, codes=codes))

            stored = registry.get_camera(CameraId(f"camera-{number}"), EVERYTHING)
            assert stored == camera(number, codes=codes)

    def test_what_is_not_there_is_none(self, registry: Registry) -> None:
        assert registry.get_enterprise(EnterpriseId("no"), EVERYTHING) is None
        assert registry.get_site(SiteId("no"), EVERYTHING) is None
        assert registry.get_camera(CameraId("no"), EVERYTHING) is None
        assert registry.get_zone(ZoneId("no")) is None
        assert registry.list_zones(CameraId("no")) == []

    # Scopes

    def test_a_scope_hides_what_lies_outside(self, registry: Registry) -> None:
        fill(registry)

        assert registry.get_enterprise(EnterpriseId("enterprise-2"), FIRST_ENTERPRISE) is None
        assert registry.get_site(SiteId("site-3"), FIRST_ENTERPRISE) is None
        assert registry.get_camera(CameraId("camera-3"), FIRST_ENTERPRISE) is None
        assert registry.list_enterprises(FIRST_ENTERPRISE, None, 10) == [enterprise(1)]
        assert registry.list_sites(FIRST_ENTERPRISE) == [site(1), site(2)]
        assert registry.list_cameras(FIRST_ENTERPRISE) == [camera(1), camera(2, of=2)]

    def test_a_sites_scope_shows_the_site_but_not_its_enterprise(self, registry: Registry) -> None:
        fill(registry)

        assert registry.get_enterprise(EnterpriseId("enterprise-1"), SECOND_SITE) is None
        assert registry.list_enterprises(SECOND_SITE, None, 10) == []
        assert registry.list_sites(SECOND_SITE, EnterpriseId("enterprise-1")) == [site(2)]
        assert registry.list_cameras(SECOND_SITE) == [camera(2, of=2)]
        assert registry.get_camera(CameraId("camera-2"), SECOND_SITE) == camera(2, of=2)
        assert registry.get_camera(CameraId("camera-1"), SECOND_SITE) is None

    def test_an_empty_scope_shows_nothing(self, registry: Registry) -> None:
        fill(registry)

        assert registry.list_enterprises(Scope(), None, 10) == []
        assert registry.list_sites(Scope()) == []
        assert registry.list_cameras(Scope(), SiteId("site-1")) == []
        assert registry.get_site(SiteId("site-1"), Scope()) is None

    def test_a_scope_of_both_kinds_is_their_union(self, registry: Registry) -> None:
        fill(registry)
        both = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-2")}), site_ids=frozenset({SiteId("site-1")}))

        assert [found.site_id for found in registry.list_sites(both)] == ["site-1", "site-3"]
        assert registry.list_enterprises(both, None, 10) == [enterprise(2)]

    # Lists

    def test_enterprises_are_listed_in_order_of_id_page_by_page(self, registry: Registry) -> None:
        for number in (3, 1, 2):
            registry.add_enterprise(enterprise(number))

        first = registry.list_enterprises(EVERYTHING, None, 2)
        second = registry.list_enterprises(EVERYTHING, first[-1].enterprise_id, 2)

        assert first + second == [enterprise(1), enterprise(2), enterprise(3)]
        assert registry.list_enterprises(EVERYTHING, "enterprise-3", 2) == []

    def test_lists_are_in_the_same_name_order_everywhere(self, registry: Registry) -> None:
        fill(registry)
        names = ["b", "a", "B", "_a", "a b", "ab", "专间", "中", "é", "10", "9"]
        for number, name in enumerate(names, start=10):
            registry.add_camera(camera(number, name=name))
            registry.add_zone(zone(number, name=name))

        assert [c.name for c in registry.list_cameras(EVERYTHING, SiteId("site-1"))] == sorted([*names, "camera 1"])
        assert [z.name for z in registry.list_zones(CameraId("camera-1"))] == sorted([*names, "专间 1"])

    def test_a_list_can_be_of_one_parent(self, registry: Registry) -> None:
        fill(registry)

        assert registry.list_sites(EVERYTHING, EnterpriseId("enterprise-2")) == [site(3, of=2)]
        assert registry.list_cameras(EVERYTHING, SiteId("site-3")) == [camera(3, of=3)]
        assert registry.list_zones(CameraId("camera-3")) == [zone(3, of=3)]

    # Refusals

    def test_a_credit_code_belongs_to_one_enterprise(self, registry: Registry) -> None:
        fill(registry)

        with pytest.raises(CreditCodeTakenError) as caught:
            registry.add_enterprise(enterprise(9, credit_code=CreditCode.generated(1)))
        assert caught.value.credit_code == CreditCode.generated(1).value
        with pytest.raises(CreditCodeTakenError):
            registry.update_enterprise(enterprise(2, credit_code=CreditCode.generated(1)))
        assert registry.list_enterprises(EVERYTHING, None, 10) == [enterprise(1), enterprise(2)]

    def test_two_enterprises_may_have_one_name(self, registry: Registry) -> None:
        for number in (1, 2):
            registry.add_enterprise(enterprise(number, name="老王饭店"))

        assert len(registry.list_enterprises(EVERYTHING, None, 10)) == 2

    def test_a_name_is_unique_within_its_parent_when_added(self, registry: Registry) -> None:
        fill(registry)

        with pytest.raises(NameTakenError) as of_site:
            registry.add_site(site(9, name=site(1).name))
        with pytest.raises(NameTakenError) as of_camera:
            registry.add_camera(camera(9, name=camera(1).name))
        with pytest.raises(NameTakenError) as of_zone:
            registry.add_zone(zone(9, name=zone(1).name))
        assert [(e.value.kind, e.value.name) for e in (of_site, of_camera, of_zone)] == [
            ("site", site(1).name),
            ("camera", camera(1).name),
            ("zone", zone(1).name),
        ]

    def test_a_name_is_unique_within_its_parent_when_changed(self, registry: Registry) -> None:
        fill(registry)
        registry.add_camera(camera(9))
        registry.add_zone(zone(9))

        with pytest.raises(NameTakenError):
            registry.update_site(site(2, name=site(1).name))
        with pytest.raises(NameTakenError):
            registry.update_camera(camera(9, name=camera(1).name), 1)
        with pytest.raises(NameTakenError):
            registry.update_zone(zone(9, name=zone(1).name), 1)
        assert registry.get_camera(CameraId("camera-9"), EVERYTHING) == camera(9)

    def test_one_name_may_stand_under_several_parents(self, registry: Registry) -> None:
        fill(registry)
        registry.add_site(site(9, of=2, name=site(1).name))
        registry.add_camera(camera(9, of=9, name=camera(1).name))
        registry.add_zone(zone(9, of=9, name=zone(1).name))

        assert len(registry.list_sites(EVERYTHING)) == 4

    def test_what_belongs_to_nothing_is_refused(self, registry: Registry) -> None:
        with pytest.raises(UnknownParentError) as of_site:
            registry.add_site(site(1, of=9))
        with pytest.raises(UnknownParentError) as of_camera:
            registry.add_camera(camera(1, of=9))
        with pytest.raises(UnknownParentError) as of_zone:
            registry.add_zone(zone(1, of=9))
        assert [(e.value.kind, e.value.parent_id) for e in (of_site, of_camera, of_zone)] == [
            ("enterprise", "enterprise-9"),
            ("site", "site-9"),
            ("camera", "camera-9"),
        ]

    def test_moving_to_a_parent_that_is_not_there_is_refused(self, registry: Registry) -> None:
        fill(registry)

        with pytest.raises(UnknownParentError):
            registry.update_site(site(1, of=9))
        with pytest.raises(UnknownParentError):
            registry.update_camera(camera(1, of=9), 1)
        assert registry.get_camera(CameraId("camera-1"), EVERYTHING) == camera(1)

    def test_an_id_is_given_once(self, registry: Registry) -> None:
        fill(registry)

        with pytest.raises(ValueError, match="enterprise id enterprise-1 is in use"):
            registry.add_enterprise(enterprise(1, credit_code=CreditCode.generated(9)))
        with pytest.raises(ValueError, match="site id site-1 is in use"):
            registry.add_site(site(1, name="other"))
        with pytest.raises(ValueError, match="camera id camera-1 is in use"):
            registry.add_camera(camera(1, name="other"))
        with pytest.raises(ValueError, match="zone id zone-1 is in use"):
            registry.add_zone(zone(1, name="other"))

    # Changes

    def test_an_enterprise_and_a_site_take_changes(self, registry: Registry) -> None:
        fill(registry)
        renamed, moved = enterprise(1, name="新名"), site(1, of=2, name="搬走了")
        registry.update_enterprise(renamed)
        registry.update_site(moved)

        assert registry.get_enterprise(EnterpriseId("enterprise-1"), EVERYTHING) == renamed
        assert registry.get_site(SiteId("site-1"), EVERYTHING) == moved
        assert registry.get_camera(CameraId("camera-1"), FIRST_ENTERPRISE) is None

    def test_of_two_who_read_the_same_one_changes_it(self, registry: Registry) -> None:
        fill(registry)
        read = enterprise(1), site(1)
        registry.update_enterprise(replace(read[0], region="330683"), read[0])
        with pytest.raises(ChangedMeanwhileError):
            registry.update_enterprise(replace(read[0], licence_no="JY1"), read[0])
        registry.update_site(replace(read[1], name="先改"), read[1])
        with pytest.raises(ChangedMeanwhileError):
            registry.update_site(replace(read[1], name="后改"), read[1])

        stored = registry.get_enterprise(EnterpriseId("enterprise-1"), EVERYTHING)
        assert stored is not None
        assert (stored.region, stored.licence_no) == ("330683", read[0].licence_no)

    def test_changing_what_is_not_there_is_refused(self, registry: Registry) -> None:
        with pytest.raises(UnknownParentError):
            registry.update_enterprise(enterprise(9))
        with pytest.raises(UnknownParentError):
            registry.update_site(site(9))
        with pytest.raises(VersionConflictError) as of_camera:
            registry.update_camera(camera(9), 1)
        with pytest.raises(VersionConflictError) as of_zone:
            registry.update_zone(zone(9), 1)
        with pytest.raises(VersionConflictError):
            registry.delete_zone(ZoneId("zone-9"), 1)
        assert (of_camera.value.found_version, of_zone.value.found_version) == (None, None)

    def test_a_change_raises_the_version_by_one(self, registry: Registry) -> None:
        fill(registry)

        first = registry.update_camera(camera(1, name="first"), 1)
        second = registry.update_camera(replace(first, name="second"), 2)

        assert (first.version, second.version) == (2, 3)
        assert registry.get_camera(CameraId("camera-1"), EVERYTHING) == second

    def test_of_two_overlapping_edits_the_later_one_is_refused(self, registry: Registry) -> None:
        fill(registry)
        mine = registry.update_zone(zone(1, polygon=Polygon.whole_frame()), 1)

        with pytest.raises(VersionConflictError) as caught:
            registry.update_zone(zone(1, name="theirs"), 1)

        error = caught.value
        assert (error.kind, error.item_id, error.expected_version, error.found_version) == ("zone", "zone-1", 1, 2)
        assert registry.get_zone(ZoneId("zone-1")) == mine

    def test_a_zone_that_was_changed_is_not_deleted_by_who_has_not_seen_it(self, registry: Registry) -> None:
        fill(registry)
        changed = registry.update_zone(zone(1), 1)

        with pytest.raises(VersionConflictError):
            registry.delete_zone(ZoneId("zone-1"), 1)
        assert registry.get_zone(ZoneId("zone-1")) == changed
        registry.delete_zone(ZoneId("zone-1"), 2)
        assert registry.get_zone(ZoneId("zone-1")) is None

    def test_who_paused_a_camera_when_and_why_is_kept_until_it_is_resumed(self, registry: Registry) -> None:
        fill(registry)
        pause = Pause(by="老李", at=datetime(2026, 1, 5, 8, 0, 0, 250_000, tzinfo=UTC), reason="镜头维修\n等配件")
        paused = registry.update_camera(camera(1).paused(pause), 1)

        assert registry.get_camera(CameraId("camera-1"), EVERYTHING) == paused
        assert paused.pause == pause
        resumed = registry.update_camera(paused.resumed(), 2)
        assert registry.get_camera(CameraId("camera-1"), EVERYTHING) == resumed
        assert (resumed.is_enabled, resumed.pause) == (True, None)

    def test_the_id_of_another_register_is_kept_and_unique_within_the_site(self, registry: Registry) -> None:
        fill(registry)
        registry.add_camera(camera(9, external_id="NVR-7/1", analysis_location="rtsp://admin:geheim@10.0.0.9/sub"))
        registry.add_camera(camera(8, of=2, external_id="NVR-7/1"))

        stored = registry.get_camera(CameraId("camera-9"), EVERYTHING)
        assert stored == camera(9, external_id="NVR-7/1", analysis_location="rtsp://admin:geheim@10.0.0.9/sub")
        assert "geheim" not in repr(stored)
        with pytest.raises(ExternalIdTakenError) as refused:
            registry.update_camera(camera(1, external_id="NVR-7/1"), 1)
        assert (refused.value.kind, refused.value.external_id) == ("camera", "NVR-7/1")
        assert registry.get_camera(CameraId("camera-1"), EVERYTHING) == camera(1)

    def test_many_cameras_are_stored_at_once(self, registry: Registry) -> None:
        fill(registry)

        stored = registry.store_cameras([camera(8), camera(9, of=3)], [camera(1, name="renamed")])

        assert stored == [camera(8), camera(9, of=3), camera(1, name="renamed", version=2)]
        assert [registry.get_camera(each.camera_id, EVERYTHING) for each in stored] == stored

    @pytest.mark.parametrize("fault", ["name", "version", "site"])
    def test_of_many_cameras_all_are_stored_or_none(self, registry: Registry, fault: str) -> None:
        fill(registry)
        before = registry.list_cameras(EVERYTHING)
        added, changed = [camera(8)], [camera(2, of=2, name="renamed")]
        if fault == "name":
            added.append(camera(9, name=camera(1).name))
        if fault == "version":
            changed.append(camera(3, of=3, version=7))
        if fault == "site":
            added.append(camera(9, of=9))

        with pytest.raises(CreditError):
            registry.store_cameras(added, changed)

        assert registry.list_cameras(EVERYTHING) == before

    def test_a_deleted_camera_takes_its_zones_along(self, registry: Registry) -> None:
        fill(registry)
        registry.delete_camera(CameraId("camera-1"))
        registry.delete_camera(CameraId("camera-1"))

        assert registry.get_camera(CameraId("camera-1"), EVERYTHING) is None
        assert registry.get_zone(ZoneId("zone-1")) is None
        assert registry.list_zones(CameraId("camera-2")) == [zone(2, of=2)]

    def test_the_name_of_a_deleted_camera_is_free(self, registry: Registry) -> None:
        fill(registry)
        registry.delete_camera(CameraId("camera-1"))
        registry.add_camera(camera(9, name=camera(1).name))

        assert registry.get_camera(CameraId("camera-9"), EVERYTHING) == camera(9, name=camera(1).name)

    def test_of_many_edits_at_once_exactly_one_wins_each_round(self, registry: Registry) -> None:
        fill(registry)
        barrier = threading.Barrier(4)
        outcomes: list[str] = []

        def edit(number: int) -> None:
            barrier.wait()
            try:
                registry.update_camera(camera(1, name=f"edit {number}"), 1)
            except CreditError as error:
                outcomes.append(type(error).__name__)
            else:
                outcomes.append("stored")

        threads = [threading.Thread(target=edit, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["VersionConflictError"] * 3 + ["stored"]

    def test_of_many_cameras_with_one_name_at_once_exactly_one_is_added(self, registry: Registry) -> None:
        fill(registry)
        barrier = threading.Barrier(4)
        outcomes: list[str] = []

        def add(number: int) -> None:
            barrier.wait()
            try:
                registry.add_camera(camera(number, name="same"))
            except CreditError as error:
                outcomes.append(type(error).__name__)
            else:
                outcomes.append("stored")

        threads = [threading.Thread(target=add, args=(number,)) for number in range(10, 14)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["NameTakenError"] * 3 + ["stored"]

    def test_of_two_who_join_chains_at_once_one_is_refused(self, registry: Registry) -> None:
        for number in (1, 2, 3):
            registry.add_enterprise(enterprise(number))
        barrier = threading.Barrier(2)
        outcomes: list[str] = []

        def join(number: int, head: int) -> None:
            barrier.wait()
            try:
                registry.update_enterprise(enterprise(number, head_office_id=EnterpriseId(f"enterprise-{head}")))
            except CreditError as error:
                outcomes.append(type(error).__name__)
            else:
                outcomes.append("stored")

        threads = [threading.Thread(target=join, args=pair) for pair in ((2, 1), (1, 3))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["HeadOfficeError", "stored"]
