import math

from bench.exposition import parse

TEXT = """\
# TYPE brightkitchen_frames_total counter
brightkitchen_frames_total{camera="a",outcome="taken"} 50.0
brightkitchen_frames_total{camera="a",outcome="not_due"} 100.0
brightkitchen_frames_total{camera="b",outcome="taken"} 40.0
# TYPE brightkitchen_frames_dropped_total counter
brightkitchen_frames_dropped_total{camera="a",cause="superseded"} 2.0
brightkitchen_frames_dropped_total{camera="b",cause="superseded"} 3.0
brightkitchen_frames_dropped_total{camera="b",cause="stale"} 1.0
# TYPE brightkitchen_frame_age_seconds histogram
brightkitchen_frame_age_seconds_bucket{le="0.1"} 80.0
brightkitchen_frame_age_seconds_bucket{le="+Inf"} 90.0
brightkitchen_frame_age_seconds_count 90.0
brightkitchen_frame_age_seconds_sum 9.0
# TYPE other_total counter
other_total 1.0
"""


def test_looks_are_read_by_camera_and_drops_by_cause() -> None:
    reading = parse(TEXT)

    assert reading.looks == {"a": 50, "b": 40}
    assert reading.drops == {"superseded": 5, "stale": 1}
    assert reading.age == {0.1: 80, math.inf: 90}
    assert reading.alert_latency == {}
    assert reading.spared_share is None


def test_the_gates_share_is_that_of_all_pictures_between_two_readings() -> None:
    looks = """\
# TYPE brightkitchen_looks_total counter
brightkitchen_looks_total{outcome="looked"} %d
brightkitchen_looks_total{outcome="spared"} %d
"""
    assert parse(looks % (30, 110)).since(parse(looks % (10, 50))).spared_share == 0.75


def test_a_camera_that_came_later_counts_from_zero() -> None:
    later = parse(TEXT.replace("50.0", "75.0"))
    earlier = parse("\n".join(line for line in TEXT.splitlines() if 'camera="b"' not in line) + "\n")

    assert later.since(earlier).looks == {"a": 25, "b": 40}


def test_the_names_are_those_that_the_service_declares() -> None:
    from alerts.metrics import ALERT_LATENCY
    from detector.metrics import FRAME_AGE_SECONDS
    from streams.metrics import FRAMES, FRAMES_DROPPED, FrameOutcome

    metrics = (ALERT_LATENCY, FRAME_AGE_SECONDS, FRAMES, FRAMES_DROPPED)
    declared = {family.name for metric in metrics for family in metric.describe()}

    assert declared == {
        "brightkitchen_alert_latency_seconds",
        "brightkitchen_frame_age_seconds",
        "brightkitchen_frames",
        "brightkitchen_frames_dropped",
    }
    assert FrameOutcome.TAKEN.value == "taken"
