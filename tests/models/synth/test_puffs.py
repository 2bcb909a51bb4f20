import numpy as np
import pytest

from models.synth.puffs import Puff, PuffKind, draw_puffs
from tests.models.synth.builders import level_camera

DARK = np.zeros((360, 640, 3), dtype=np.float32)
OPEN = np.full((360, 640), np.inf)


def puff(kind: PuffKind) -> Puff:
    return Puff(key="it", kind=kind, source=(0.0, 3.0, 0.8))


@pytest.mark.parametrize("kind", list(PuffKind))
def test_puffs_are_the_same_for_the_same_second_and_move_on_with_time(kind: PuffKind) -> None:
    first, again, later = (
        draw_puffs(DARK, (puff(kind),), second, level_camera(), OPEN)[0] for second in (7.0, 7.0, 7.3)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)


def test_what_stands_before_steam_hides_it() -> None:
    light, boxes = draw_puffs(DARK, (puff(PuffKind.STEAM),), 7.0, level_camera(), np.full((360, 640), 1.0))
    assert light.max() == 0
    assert boxes == {}


def test_steam_pales_what_is_behind_and_smoke_darkens_it() -> None:
    wall = np.full((360, 640, 3), 0.4, dtype=np.float32)
    steam, smoke = (
        draw_puffs(wall, (puff(kind),), 7.0, level_camera(), OPEN)[0] for kind in (PuffKind.STEAM, PuffKind.SMOKE)
    )
    assert steam.mean() > 0.4 > smoke.mean()


def test_a_fire_shines_and_its_box_stands_on_its_source() -> None:
    light, boxes = draw_puffs(DARK, (puff(PuffKind.FIRE),), 7.0, level_camera(), OPEN)
    assert light[..., 0].max() > 1.0
    assert boxes["it"].left < 0.5 < boxes["it"].right
    # The source lies 0.2 m below the middle, at 3 m where the picture is 3.4 m high.
    assert boxes["it"].bottom == pytest.approx(0.5 + 0.2 / 3.375, abs=0.08)


def test_a_source_without_strength_gives_nothing() -> None:
    silent = Puff(key="it", kind=PuffKind.STEAM, source=(0.0, 3.0, 0.8), strength=0.0)
    assert draw_puffs(DARK, (silent,), 7.0, level_camera(), OPEN)[0].max() == 0
