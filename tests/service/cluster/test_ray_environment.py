import subprocess
import sys
from pathlib import Path

from service.cluster.ray_environment import ray_environment
from service.cluster.settings import ClusterSettings


def test_ray_reports_nothing_and_asks_for_a_secret(tmp_path: Path) -> None:
    found = ray_environment(ClusterSettings.model_validate({"host": "10.0.0.11", "token": "x" * 32}), tmp_path)
    assert found == {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "x" * 32}


def test_one_machine_makes_its_own_secret_and_keeps_to_itself(tmp_path: Path) -> None:
    first, again = ray_environment(ClusterSettings(), tmp_path), ray_environment(ClusterSettings(), tmp_path)
    assert first == again
    assert len(first["RAY_AUTH_TOKEN"]) >= 32
    assert first["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "0"


def test_a_service_without_a_cluster_loads_neither_ray_nor_the_object_store() -> None:
    code = (
        "import service.cli, service.assembly, service.cluster_cli, sys; print({'ray', 'obstore'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
