import pytest
from pydantic import ValidationError

from service.cluster.group import shared_settings
from service.cluster.settings import ClusterSettings
from service.settings import ServiceSettings, SettingsError


def test_beyond_the_loopback_address_a_secret_is_needed() -> None:
    with pytest.raises(ValidationError, match="needs a token"):
        ClusterSettings(host="10.0.0.11")
    with pytest.raises(ValidationError, match="token"):
        ClusterSettings.model_validate({"host": "10.0.0.11", "token": "short"})
    assert not ClusterSettings.model_validate({"host": "10.0.0.11", "token": "x" * 32}).is_alone


def test_leases_must_outlive_some_turns() -> None:
    with pytest.raises(ValidationError, match="three times turn_seconds"):
        ClusterSettings(lease_seconds=2.0, turn_seconds=1.0)


def test_a_process_stops_by_itself_before_others_may_take_over() -> None:
    settings = ClusterSettings()
    assert settings.stop_seconds + 2 * settings.turn_seconds < settings.lease_seconds


@pytest.mark.parametrize(("cores", "capacities"), [(0, ()), (1, (800,)), (4, (3200,)), (10, (3200, 3200, 1600))])
def test_a_machine_has_a_process_for_some_cores_each(cores: int, capacities: tuple[int, ...]) -> None:
    assert ClusterSettings(group_cores=4, usable_share=0.8).group_capacities(cores) == capacities


def test_a_camera_that_is_looked_at_more_often_costs_more() -> None:
    settings = ClusterSettings(camera_cpu_ms=100)
    assert (settings.cost_ms(5.0), settings.cost_ms(10.0), settings.cost_ms(0.001)) == (100, 200, 1)


def test_a_cluster_without_an_object_store_does_not_start_for_its_head_could_delete_nothing() -> None:
    alerts = {"mqtt": {"host": "broker.internal"}}
    own = {"database_url": "postgresql://database.internal/brightkitchen", "alerts": alerts}
    with pytest.raises(SettingsError, match="BRIGHTKITCHEN_ALERTS__EVIDENCE__S3__BUCKET"):
        shared_settings(ServiceSettings.model_validate(own))

    shared = own | {"alerts": alerts | {"evidence": {"s3": {"bucket": "kitchen-evidence"}}}}
    settings = ServiceSettings.model_validate(shared)
    assert shared_settings(settings) is settings
