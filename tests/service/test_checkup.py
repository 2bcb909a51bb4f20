"""`check` on a camera with two streams: a real RTSP server, real decoding."""

from pathlib import Path

import pytest

from service import checkup as module
from service.checkup import checkup
from service.settings import ServiceSettings
from tests.support.clips import make_clip
from tests.support.rtsp import RtspServer

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _a_network_of_known_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a look costs is measured elsewhere; here it only takes time."""
    monkeypatch.setattr(module, "measure_network", lambda *_: 10.0)


def test_the_smaller_stream_is_opened_too_and_described_beside_the_main_one(tmp_path: Path) -> None:
    main, smaller = tmp_path / "main.mp4", tmp_path / "smaller.mp4"
    make_clip(main, seconds=4.0, width=1280, height=720)
    make_clip(smaller, seconds=4.0, width=640, height=360)
    with RtspServer(user="admin", password="geheim") as server:
        address = server.add("Streaming/Channels/101", main)
        server.add("Streaming/Channels/102", smaller)
        report, is_well = checkup(ServiceSettings(), address, 2.0, looks_for_smaller=True)
        alone, _ = checkup(ServiceSettings(), address, 2.0)

    assert is_well
    assert "1280×720" in report
    assert "640×360" in report
    assert "/Streaming/Channels/102\n             as Hikvision writes it" in report
    assert "25% of the pixels" in report
    assert "stills and clips are then of this stream too" in report
    assert "geheim" not in report
    assert "640×360" not in alone


def test_a_smaller_stream_that_is_not_there_is_said_so_and_the_main_one_stays_usable(tmp_path: Path) -> None:
    main = tmp_path / "main.mp4"
    make_clip(main, seconds=4.0)
    with RtspServer() as server:
        report, is_well = checkup(ServiceSettings(), server.add("stream1", main), 2.0, looks_for_smaller=True)

    assert is_well
    assert "not there (not_found)" in report
    assert "analysis_location" not in report
