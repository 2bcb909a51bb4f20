from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from models.synth.film import read_light, write_light
from models.synth.optics import Optics, automatic_gain, clock_at, drawn, photographed

PLAIN = Optics(vignette=0, blur=0, grease=0, noise=0, sharpening=0, has_clock=False, saturation=1)


def light(level: float = 0.2) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.full((90, 160, 3), level, dtype=np.float32)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_a_plain_camera_shows_middle_grey_as_middle_grey() -> None:
    pixels = photographed(light(0.2), PLAIN, rng(), gain=1.0)
    assert np.unique(pixels).tolist() == pytest.approx([123], abs=2)


def test_automatic_gain_brings_any_light_to_the_same_brightness() -> None:
    bright, dim = (photographed(light(level), PLAIN, rng(), gain=automatic_gain(light(level))) for level in (0.9, 0.02))
    assert bright.mean() == pytest.approx(dim.mean(), abs=8)


def test_infrared_is_grey() -> None:
    coloured = light() * np.array([1.0, 0.4, 0.2], dtype=np.float32)
    pixels = photographed(coloured, Optics(is_infrared=True, has_clock=False, noise=0), rng(), gain=1.0)
    assert np.ptp(pixels.astype(int), axis=2).max() <= 1


def test_corners_are_darker_behind_a_poor_lens() -> None:
    pixels = photographed(light(), Optics(vignette=0.4, noise=0, has_clock=False), rng(), gain=1.0)
    assert pixels[0, 0].mean() < pixels[45, 80].mean() - 20


def test_dark_places_are_noisier() -> None:
    noisy = Optics(noise=6, has_clock=False, sharpening=0, vignette=0)
    dark, bright = (photographed(light(level), noisy, rng(), gain=1.0).astype(float).std() for level in (0.05, 0.7))
    assert dark > bright * 1.2


def test_grease_spreads_a_lamp_over_its_surroundings() -> None:
    lamp = light(0.02)
    lamp[40:50, 70:90] = 8.0
    clean, greasy = (
        photographed(lamp, Optics(grease=share, noise=0, has_clock=False), rng(), gain=1.0) for share in (0.0, 0.35)
    )
    assert greasy[45, 95].mean() > clean[45, 95].mean() + 10


def test_the_clock_is_drawn_in_the_corner_and_nowhere_else() -> None:
    with_clock = photographed(light(), Optics(noise=0), rng(), gain=1.0, clock=datetime(2026, 5, 4, 11, 42))  # noqa: DTZ001
    without = photographed(light(), Optics(noise=0, has_clock=False), rng(), gain=1.0)
    changed = np.argwhere(np.any(with_clock != without, axis=2))
    assert len(changed) > 100
    assert not ((changed[:, 0] > 12) & (changed[:, 0] < 75)).any()


def test_the_clock_goes_on_in_whole_seconds() -> None:
    assert clock_at("2026-05-04 23:59:58", 3.9) == datetime(2026, 5, 5, 0, 0, 1)  # noqa: DTZ001


def test_the_same_seed_draws_the_same_camera_and_the_same_picture() -> None:
    first, second = (photographed(light(), drawn(rng()), rng(), gain=1.0) for _ in range(2))
    assert np.array_equal(first, second)


def test_light_survives_the_file(tmp_path: Path) -> None:
    before = rng().uniform(0, 3, (20, 30, 3)).astype(np.float32)
    write_light(tmp_path / "light.png", before)
    assert read_light(tmp_path / "light.png") == pytest.approx(before, abs=2e-4)
