"""SqlRegistry keeps the contract on both databases, and what SQL adds to it."""

import traceback
from dataclasses import replace

import pytest
from sqlalchemy import select

from credit.errors import NameTakenError
from credit.ports import Registry
from domain.ids import CameraId
from domain.scope import Scope
from service.storage.database import Database
from service.storage.registry import SqlRegistry
from service.storage.rows import cameras
from tests.credit.registry_contract import RegistryContract, fill
from tests.credit.samples import camera


class TestSqlRegistry(RegistryContract):
    @pytest.fixture
    def registry(self, database: Database) -> Registry:
        return SqlRegistry(database)


def test_a_row_does_not_show_the_cameras_password(database: Database) -> None:
    fill(SqlRegistry(database))

    with database.reading() as connection:
        row = connection.execute(select(cameras)).first()

    assert row is not None
    assert "geheim" not in repr(row)
    assert "geheim" in row.location.get_secret_value()


def test_a_refusal_and_its_cause_do_not_show_the_cameras_password(database: Database) -> None:
    registry = SqlRegistry(database)
    fill(registry)

    with pytest.raises(NameTakenError) as caught:
        registry.add_camera(camera(9, name=camera(1).name))

    assert "geheim" not in "".join(traceback.format_exception(caught.value))


def test_who_wants_to_know_hears_of_every_change(database: Database) -> None:
    heard: list[str] = []
    registry = SqlRegistry(database, on_change=lambda: heard.append("change"))
    fill(registry)
    count = len(heard)

    registry.update_camera(camera(1), 1)
    registry.delete_camera(CameraId("camera-1"))

    assert count == 11
    assert len(heard) == 13


def test_who_listens_hears_which_site_or_enterprise_was_changed(database: Database) -> None:
    heard: list[Scope] = []
    registry = SqlRegistry(database)
    fill(registry)
    registry.listen(heard.append)
    site = registry.list_sites(Scope.everything())[0]
    enterprise = registry.get_enterprise(site.enterprise_id, Scope.everything())
    assert enterprise is not None

    registry.update_site(replace(site, name="another name"))
    registry.update_enterprise(replace(enterprise, name="another name"))
    registry.delete_camera(CameraId("camera-1"))

    assert heard == [
        Scope(site_ids=frozenset({site.site_id})),
        Scope(enterprise_ids=frozenset({enterprise.enterprise_id})),
    ]
