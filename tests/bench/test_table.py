import json
import math

import pytest

from bench.__main__ import DOCUMENT
from bench.cameras import Content
from bench.end_to_end import Report, summary
from bench.figures import Quantiles, Trial
from bench.machine import describe
from bench.search import Capacity
from bench.table import documented, table
from bench.trials import SERVICE, AlertTimes

AGE = Quantiles(count=500, p50=0.04, p95=0.2, p99=0.4)


def trial(system: str, cameras: int, cpu_ms: float, mb: int, age: Quantiles | None = None) -> Trial:
    return Trial(
        system=system,
        cameras=cameras,
        seconds=10,
        rates=(5.0,) * cameras,
        cpu_ms=cpu_ms,
        around_cpu_ms=3,
        others_share=0.02,
        resident_bytes=mb * 1_000_000,
        age=age,
        drops={"superseded": 4.0, "stale": 0.0} if age else None,
    )


def report(*, searches: bool = True) -> Report:
    made = Report(measured_at="2026-01-01T00:00:00+00:00", content=Content.DEMO, machine=describe())
    made.rounds = [
        *(trial(SERVICE, 2, ms, 300, AGE) for ms in (100.0, 140.0, 120.0)),
        *(trial("peer 640", 2, ms, 450) for ms in (420.0, 360.0, 300.0)),
    ]
    if searches:
        made.searched = [trial(SERVICE, 12, 118, 400, AGE), trial("peer 640", 4, 350, 900)]
        made.capacity = {SERVICE: Capacity(held=12, lost=13), "peer 640": Capacity(held=4, lost=5)}
        made.alerts = AlertTimes(arrival=AGE, puback=None)
        made.alert_cameras = 6
    made.figures = summary(made)
    return made


def test_ratios_say_how_much_better_the_service_is() -> None:
    ratios = report().figures["service_to_peer"]["peer 640"]

    assert ratios == {"cameras_held": 3.0, "cpu_ms_per_camera_second": 3.0}


def test_memory_per_camera_comes_from_the_rounds_and_the_largest_trial() -> None:
    assert report().figures["systems"][SERVICE]["bytes_per_added_camera"] == 10_000_000


def test_without_a_search_nothing_is_said_about_the_number_of_cameras() -> None:
    figures = report(searches=False).figures

    assert figures["systems"][SERVICE]["cameras_held"] is None
    assert figures["service_to_peer"]["peer 640"]["cameras_held"] is None
    assert "| cameras held at 5 looks/s | – | – |" in table(report(searches=False))


def test_the_table_shows_what_was_measured() -> None:
    shown = table(report())

    assert "| CPU-ms per camera-second (median) | 120 | 360 |" in shown
    assert "| cameras held at 5 looks/s | 12 (13 not) | 4 (5 not) |" in shown
    assert "| frame age there, p50 / p95 / p99 ms | 40 / 200 / 400 | not known |" in shown
    assert "| pictures dropped there, by cause | superseded 4 | not known |" in shown
    assert "others used 2% to 2% of the processors" in shown
    assert "at the subscriber 40 / 200 / 400 (500 alerts), to the PUBACK none" in shown


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    document = "# Title\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n"

    assert documented(document, "new") == "# Title\n<!-- figures -->\nnew\n<!-- end of figures -->\nafter\n"
    assert documented(documented(document, "newer"), "new") == documented(document, "new")


def test_a_document_without_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="figures"):
        documented("# Title\n", "new")


def test_the_documents_marks_are_there() -> None:
    assert "new figures" in documented(DOCUMENT.read_text(encoding="utf-8"), "new figures")


def test_the_report_can_be_read_back_and_names_no_machine() -> None:
    import socket

    text = report().as_json()

    assert json.loads(text)["capacity"][SERVICE] == {"held": 12, "lost": 13}
    assert socket.gethostname() not in text
    assert not any(math.isnan(value) for value in _numbers(json.loads(text)))


def _numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [float(value)] if isinstance(value, int | float) else []
