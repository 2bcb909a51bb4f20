"""The flood's judge, and the tool itself for two seconds over a real broker."""

from pathlib import Path

import pytest

from bench.flood import measure, tally


def test_first_arrivals_must_be_in_order_and_repetitions_are_only_counted() -> None:
    wanted = {("a", 1), ("a", 2), ("b", 1), ("b", 2)}

    fine = tally(wanted, [("a", 1), ("b", 1), ("a", 1), ("a", 2), ("a", 1), ("b", 2)])
    wrong = tally(wanted, [("a", 2), ("a", 1), ("b", 1)])

    assert (fine.missing, fine.repeated, fine.disordered) == (0, 2, 0)
    assert (wrong.missing, wrong.repeated, wrong.disordered) == (1, 0, 1)


@pytest.mark.integration
def test_a_short_flood_is_carried_through_journal_outbox_broker_and_webhook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_setaffinity", lambda _process, _chosen: None)  # the other tests keep theirs

    report = measure(600.0, 2.0, processors=2, has_webhook=True, folder=tmp_path)

    assert report.steps >= 2
    assert (report.missing, report.disordered) == (0, 0)
    assert report.webhooks is not None
    assert report.webhooks >= report.steps
    assert report.latency is not None
    assert report.latency.count == report.steps
    assert any("alerts a minute" in line for line in report.lines())
