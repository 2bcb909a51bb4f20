"""The catalogue's `notify` as data: which contacts are told of a code, and at which moment.

The text is a short sentence: contacts joined by "and" or commas, a moment behind them, several such parts divided by
semicolons or commas. "manager; officer after 24 h" names two contacts with two moments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Contact(StrEnum):
    """What a recipient is to the sites that it is told of."""

    MANAGER = "manager"
    FOOD_SAFETY_OFFICER = "food_safety_officer"
    OFFICER = "officer"
    """The local officer of the authority."""
    AUTHORITY = "authority"
    """The local market regulation office."""
    DUTY_PHONE = "duty_phone"
    FIRE_CONTACT = "fire_contact"
    INTEGRATOR = "integrator"


class Moment(StrEnum):
    AT_ONCE = "at_once"
    AFTER_REVIEW = "after_review"
    """Once a person has confirmed it, not before."""
    ON_REPEAT = "on_repeat"
    """When the same code comes again at the same site within thirty days."""
    IF_IT_LASTS = "if_it_lasts"
    """After some hours, unless it is over by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One contact at one moment. `delay_hours` belongs to IF_IT_LASTS."""

    contact: Contact
    moment: Moment
    delay_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Audience:
    """`unknown` are the parts of the text that name no contact: whoever they mean is told by no role."""

    tellings: tuple[Telling, ...]
    unknown: tuple[str, ...] = ()


_CONTACTS: tuple[tuple[str, Contact], ...] = (
    ("food-safety officer", Contact.FOOD_SAFETY_OFFICER),
    ("local market regulation office", Contact.AUTHORITY),
    ("local officer", Contact.OFFICER),
    ("officer", Contact.OFFICER),
    ("duty phone", Contact.DUTY_PHONE),
    ("fire contact", Contact.FIRE_CONTACT),
    ("integrator", Contact.INTEGRATOR),
    ("manager", Contact.MANAGER),
)
_ASIDE = re.compile(r"[(（][^)）]*[)）]")
_PARTS = re.compile(r"[;；]|,(?=\s*(?:the\s)?\w+[\w\s-]*?\s(?:after|on repeat|at once|now))")
_WORDS = re.compile(r",|\band\b")
_HOURS = re.compile(r"\bafter (\d+(?:\.\d+)?) ?h\b")
_MOMENTS: tuple[tuple[re.Pattern[str], Moment], ...] = (
    (re.compile(r"\bafter human review\b"), Moment.AFTER_REVIEW),
    (re.compile(r"\bon repeat\b"), Moment.ON_REPEAT),
    (re.compile(r"\b(?:now|at once)\b"), Moment.AT_ONCE),
)


def read_audience(text: str) -> Audience:
    """What a `notify` says. A contact that is named twice is told at both moments."""
    tellings: list[Telling] = []
    unknown: list[str] = []
    for part in _PARTS.split(_ASIDE.sub("", text)):
        rest, moment, hours = _moment_of(part)
        for word in _WORDS.split(rest):
            contact = _contact_of(word)
            if contact is not None:
                tellings.append(Telling(contact=contact, moment=moment, delay_hours=hours))
            elif word.strip():
                unknown.append(word.strip())
    return Audience(tuple(dict.fromkeys(tellings)), tuple(unknown))


def _moment_of(part: str) -> tuple[str, Moment, float]:
    """The part without its moment; a part that names none is told at once."""
    hours = _HOURS.search(part)
    if hours is not None:
        return _HOURS.sub("", part), Moment.IF_IT_LASTS, float(hours.group(1))
    for pattern, moment in _MOMENTS:
        if pattern.search(part):
            return pattern.sub("", part), moment, 0.0
    return part, Moment.AT_ONCE, 0.0


def _contact_of(word: str) -> Contact | None:
    cleaned = word.strip().removeprefix("the ").strip().lower()
    return next((contact for name, contact in _CONTACTS if cleaned == name), None)


def contacts_told(audience: Audience, contacts: frozenset[Contact]) -> Iterator[Telling]:
    """The moments at which any of the contacts is told."""
    return (telling for telling in audience.tellings if telling.contact in contacts)
