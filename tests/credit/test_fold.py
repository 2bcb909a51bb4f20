"""From entries of the ledger to the facts that an index rests on."""

from datetime import UTC, date, datetime, timedelta

from credit.fold import Gathered, facts_of
from credit.profile_file import load_index_profile
from domain.risk import RiskClass
from tests.credit.entries import FIRM, TODAY, case

PROFILE = load_index_profile()


def test_a_correction_is_due_on_the_day_in_beijing_on_which_its_time_is_over() -> None:
    limit = timedelta(seconds=PROFILE.events.classes[RiskClass.II].rectify_seconds)
    by_night = datetime(2026, 11, 19, 18, 0, tzinfo=UTC)  # 02:00 of the 20th in Beijing

    facts = facts_of(Gathered(enterprise_id=FIRM, entries=(case(at=by_night),)), PROFILE, TODAY)

    assert [each.due_on for each in facts.findings] == [date(2026, 11, 20) + limit]
