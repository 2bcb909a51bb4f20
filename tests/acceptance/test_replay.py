"""What the running service raised, its own detection log raises again, to the moment."""

from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from alerts.ports import AlertFilter
from alerts.replay.files import log_files, read_log
from alerts.replay.run import replayed
from alerts.replay.setting import ReplaySetting
from domain.scope import Scope
from service.folder import DataFolder
from service.settings import load_settings
from service.store import open_store
from tests.acceptance.service_process import ServiceProcess, wait_for
from tests.acceptance.test_camera_to_alert import alerts_of, broker_settings, first
from tests.support.alarms import alarm_in
from tests.support.mqtt import Mosquitto
from tests.support.rtsp import RtspServer

pytestmark = pytest.mark.acceptance(alone=False)


def test_a_replay_of_the_service_s_log_raises_what_the_service_raised(tmp_path: Path) -> None:
    alarm = alarm_in(tmp_path)
    settings = {"BRIGHTKITCHEN_ALERTS__DETECTION_LOG__IS_ON": "true"}
    with (
        Mosquitto() as broker,
        RtspServer() as cameras,
        ServiceProcess(
            tmp_path / "data",
            cameras=[cameras.add("pantry", alarm.path)],
            **broker_settings(broker, alarm.network),
            **settings,
        ) as service,
    ):
        client = service.client()
        wait_for(lambda: first(alerts_of(client)), 180.0, "an alert")
        service.stop()

    with DataFolder(tmp_path / "data") as folder:
        store = open_store(load_settings(data=tmp_path / "data"), folder)
        alerts = store.journal.search(AlertFilter(), Scope.everything(), None, 100)
        store.database.close()
    raised = {(each.violation.code, each.violation.started_at, each.violation.confirmed_at) for each in alerts}
    lines = [line for path in log_files(tmp_path / "data" / "detections") for line in read_log(path)]
    found = replayed(lines, ReplaySetting(name="as it is", catalogue=load_catalogue()))

    assert raised
    assert {(each.code, each.started_at, each.raised_at) for each in found.alerts} == raised
    assert found.lost_looks == 0
