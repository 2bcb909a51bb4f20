from prometheus_client import REGISTRY

from domain.ids import CameraId
from streams.errors import StreamErrorCode
from streams.metrics import CameraMetrics, DropCause


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"camera": "metrics-camera", **labels})


def test_a_camera_has_its_series_and_takes_them_along() -> None:
    metrics = CameraMetrics(CameraId("metrics-camera"))
    metrics.taken()
    metrics.not_due()
    metrics.dropped(DropCause.SUPERSEDED)
    metrics.up(True)
    metrics.corrupt_packet()
    metrics.reconnect(StreamErrorCode.TIMEOUT)
    found = [
        value("brightkitchen_frames_total", outcome="taken"),
        value("brightkitchen_frames_total", outcome="not_due"),
        value("brightkitchen_frames_total", outcome="dropped"),
        value("brightkitchen_frames_dropped_total", cause="superseded"),
        value("brightkitchen_camera_up"),
        value("brightkitchen_packets_corrupt_total"),
        value("brightkitchen_camera_reconnects_total", cause="timeout"),
    ]
    assert found == [1.0] * 7
    metrics.remove()
    metrics.taken()  # a late thread
    metrics.reconnect(StreamErrorCode.TIMEOUT)
    left = [
        sample
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.labels.get("camera") == "metrics-camera"
    ]
    assert left == []
