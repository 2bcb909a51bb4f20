"""The benchmark's parts on a clip of a few seconds; its figures are not tested."""

from pathlib import Path

from bench.idle import CODECS, VARIANTS, make_room, spent, table
from bench.machine import describe


def test_the_room_is_idle_and_its_noise_wakes_nobody(tmp_path: Path) -> None:
    clip = make_room(tmp_path / "room.mp4", "libx264", seconds=10, size=(320, 176))
    awake, idle = (spent(clip, variant, 10)[1] for variant in VARIANTS[:2])
    assert (awake.pictures, awake.asleep_at) == (50, None)
    assert idle.asleep_at is not None
    assert idle.wakes == 0
    assert idle.pictures < awake.pictures


def test_the_table_compares_with_the_first_row() -> None:
    found = [(codec, variant, 30.0 / (1 + place)) for codec in CODECS for place, variant in enumerate(VARIANTS)]
    shown = table(found, describe(), 3)
    assert "| awake, 5 pictures a second | 30.0 (1.00) | 30.0 (1.00) |" in shown
    assert "| idle | 15.0 (0.50) | 15.0 (0.50) |" in shown
