from typing import Any

from domain.schedule import Schedule
from service.storage.registry_rows import _schedule_document, _schedule_of
from tests.credit.samples import SCHEDULE


def test_a_schedule_comes_back_as_it_went_in() -> None:
    assert _schedule_of(_schedule_document(SCHEDULE)) == SCHEDULE


def test_a_row_of_an_earlier_version_has_neither_special_days_nor_holidays() -> None:
    document: dict[str, Any] = {"timezone": "Asia/Shanghai", "hours": [], "closed_days": []}

    assert _schedule_of(document) == Schedule()
