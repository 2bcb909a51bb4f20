"""Steps take turns, the first round does not count, and the table compares with a look of the network."""

from bench.steps import measure, table
from tests.bench.test_chaos import MACHINE


class Stopwatch:
    """Goes on by what the steps say they take."""

    def __init__(self) -> None:
        self.now = 0.0
        self.took: list[str] = []

    def __call__(self) -> float:
        return self.now

    def step(self, name: str, *seconds: float) -> None:
        """Takes the first time at the first call and the last from then on."""
        self.now += seconds[min(self.took.count(name), len(seconds) - 1)]
        self.took.append(name)


def test_all_steps_take_turns_and_the_first_round_does_not_count() -> None:
    watch = Stopwatch()
    steps = {"gate": lambda: watch.step("gate", 9.0, 0.001), "network x": lambda: watch.step("network x", 5.0, 0.02)}
    times = measure(steps, seconds=0.0, clock=watch)
    assert watch.took == ["gate", "network x"] * (len(watch.took) // 2)
    assert {name: round(taken, 6) for name, taken in times.items()} == {"gate": 0.001, "network x": 0.02}


def test_the_table_compares_with_a_look_of_the_network() -> None:
    shown = table({"gate": 0.001, "network x": 0.02}, MACHINE, 60)
    assert "| gate | 1.00 | 0.050 |" in shown
    assert "| network x | 20.00 | 1.000 |" in shown
