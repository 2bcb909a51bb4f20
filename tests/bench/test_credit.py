import pytest

from bench.credit import main, recompute


def test_a_small_run_tells_enterprises_entries_and_seconds() -> None:
    found = recompute(4, 2, distinct=2)

    assert (found["enterprises"], found["processes"]) == (4, 2)
    assert found["entries"] > 4 * 60
    assert found["processor_seconds"] > 0


def test_what_was_measured_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--enterprises", "2", "--processes", "1", "--database", "1"]) == 0

    said = capsys.readouterr().out
    assert "2 enterprises" in said
    assert "from SQLite, ms for each of 1 enterprises" in said
