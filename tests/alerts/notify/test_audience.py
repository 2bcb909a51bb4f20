"""Who is told, as the catalogue says it."""

import pytest

from alerts.catalogue import load_catalogue
from alerts.notify.audience import Contact, Moment, read_audience


@pytest.mark.parametrize("profile", ["cn-national", "cn-fujian", "cn-hubei", "cn-beijing", "generic"])
def test_every_shipped_code_names_contacts_and_nothing_that_is_not_understood(profile: str) -> None:
    for entry in load_catalogue(None, profile):
        audience = read_audience(entry.notify)

        assert audience.tellings, entry.risk.code
        assert audience.unknown == (), entry.risk.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("manager", [(Contact.MANAGER, Moment.AT_ONCE, 0)]),
        (
            "manager; officer after 24 h",
            [(Contact.MANAGER, Moment.AT_ONCE, 0), (Contact.OFFICER, Moment.IF_IT_LASTS, 24)],
        ),
        ("manager; officer on repeat", [(Contact.MANAGER, Moment.AT_ONCE, 0), (Contact.OFFICER, Moment.ON_REPEAT, 0)]),
        (
            "manager, duty phone and fire contact",
            [(one, Moment.AT_ONCE, 0) for one in (Contact.MANAGER, Contact.DUTY_PHONE, Contact.FIRE_CONTACT)],
        ),
        (
            "manager and food-safety officer now; local market regulation office after human review",
            [
                (Contact.MANAGER, Moment.AT_ONCE, 0),
                (Contact.FOOD_SAFETY_OFFICER, Moment.AT_ONCE, 0),
                (Contact.AUTHORITY, Moment.AFTER_REVIEW, 0),
            ],
        ),
        (
            "manager and local officer at once (双推送), the officer after human review",
            [
                (Contact.MANAGER, Moment.AT_ONCE, 0),
                (Contact.OFFICER, Moment.AT_ONCE, 0),
                (Contact.OFFICER, Moment.AFTER_REVIEW, 0),
            ],
        ),
    ],
)
def test_a_sentence_names_contacts_with_their_moments(text: str, expected: list[tuple[Contact, Moment, float]]) -> None:
    found = [(one.contact, one.moment, one.delay_hours) for one in read_audience(text).tellings]

    assert found == expected


def test_a_part_that_names_nobody_is_said_and_tells_nobody() -> None:
    audience = read_audience("manager; the mayor at once")

    assert [one.contact for one in audience.tellings] == [Contact.MANAGER]
    assert audience.unknown == ("the mayor",)
