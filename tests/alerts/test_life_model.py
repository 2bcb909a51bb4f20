"""No illegal path exists: the state machine over the twins. Over the databases: tests/service/storage/test_lives.py."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from alerts.testing import InMemoryEvidenceStore, InMemoryJournal, InMemoryViewings
from tests.alerts.life_model import LifeMachine
from tests.alerts.lives import Office


def test_every_order_of_steps_is_allowed_or_refused_as_the_model_says(tmp_path: Path) -> None:
    class Machine(LifeMachine):
        office = Office(journal=InMemoryJournal(), store=InMemoryEvidenceStore(tmp_path), viewings=InMemoryViewings())

    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=60, stateful_step_count=60, suppress_health_check=list(HealthCheck)),
    )
