"""Real trials, as short as they can be: what they count must be there."""

import sys
from pathlib import Path

import pytest

from bench.cameras import Content, clips
from bench.trials import TrialError, Window, peer_trial, service_trial

SHORT = Window(warm_up_seconds=0.0, seconds=3.0)

# Stands in for the peer's program, which needs torch: looks ten times a second and burns a known share of a core.
LOOKER = """
import json, sys, time
looks, began = 0, time.monotonic()
while True:
    until = time.process_time() + 0.02
    while time.process_time() < until: pass
    looks += 1
    time.sleep(max(0, began + looks / 10 - time.monotonic()))
    if looks % 5 == 0: print(json.dumps({"looks": [looks] * len(sys.argv[1:])}), flush=True)
"""


@pytest.mark.integration
def test_a_trial_of_the_service_counts_looks_ages_and_work(tmp_path: Path) -> None:
    trial, alerts = service_trial(clips(Content.DEMO, tmp_path), 1, SHORT)

    assert trial.cameras == 1
    assert 3.0 < trial.rates[0] < 6.0
    assert trial.age is not None
    assert trial.age.count >= 1  # the gate spares the other looks
    assert 0 < trial.age.p50 <= trial.age.p95
    assert 10 < trial.cpu_ms < 2000
    assert trial.around_cpu_ms > 0
    assert 0 <= trial.others_share <= 1
    assert trial.resident_bytes > 50_000_000
    assert trial.drops is not None
    assert alerts.arrival is None  # what the clip promises comes later


@pytest.mark.integration
def test_a_trial_of_the_peer_takes_its_word_for_looks_and_measures_its_work(tmp_path: Path) -> None:
    trial = peer_trial([sys.executable, "-c", LOOKER], "looker", clips(Content.DEMO, tmp_path), 2, SHORT)

    assert trial.system == "looker"
    assert list(trial.rates) == pytest.approx([10, 10], rel=0.3)
    assert trial.cpu_ms == pytest.approx(100, rel=0.5)  # 10 x 20 ms a second, on two cameras
    assert trial.age is None


@pytest.mark.integration
def test_a_peer_that_ends_at_once_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(TrialError, match="broken ended before it had looked at every camera"):
        peer_trial([sys.executable, "-c", ""], "broken", clips(Content.DEMO, tmp_path), 1, SHORT)
