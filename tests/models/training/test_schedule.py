import pytest

from models.training.recipe import ScheduleRecipe
from models.training.schedule import average_decay, learning_rate, progress

RECIPE = ScheduleRecipe(epochs=1, learning_rate=0.01, final_share=0.1, warm_up_steps=10)


@pytest.mark.parametrize(
    ("step", "elapsed", "limit", "wanted"),
    [(5, 900.0, None, 0.05), (5, 50.0, 100.0, 0.5), (80, 50.0, 100.0, 0.8), (5, 200.0, 100.0, 1.0)],
    ids=["no limit", "time leads", "steps lead", "over"],
)
def test_what_is_further_decides(step: int, elapsed: float, limit: float | None, wanted: float) -> None:
    assert progress(step, 100, elapsed, limit) == pytest.approx(wanted)


def test_the_rate_warms_up_and_comes_down_to_its_final_share() -> None:
    assert learning_rate(RECIPE, 0.0, 0) == pytest.approx(0.01 / 11)
    assert learning_rate(RECIPE, 0.0, 10) == pytest.approx(0.01)
    assert learning_rate(RECIPE, 0.5, 50) == pytest.approx(0.0055)
    assert learning_rate(RECIPE, 1.0, 99) == pytest.approx(0.001)


def test_the_average_forgets_its_start_fast() -> None:
    assert average_decay(RECIPE, 1) < 0.01
    assert average_decay(RECIPE, 10_000) == pytest.approx(RECIPE.average_decay)
