"""Enterprises and whom to reach there, as they travel."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints

from alerts.licences.rule import LicenceStanding
from api.fields import ItemId, Name, Page, Received, Shown, one_line
from domain.organisation import Enterprise, EnterpriseType

Region = Annotated[str, StringConstraints(pattern="^[0-9]{6}$")]


Short = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True), AfterValidator(one_line)]


class ContactBody(Received):
    """Whom to reach; `duty` says what for."""

    name: Name
    duty: Short = ""
    phone: Short = ""
    email: Short = ""


class EnterpriseBody(Received):
    """`region` is six digits of administrative division; a shop of a chain names its head office."""

    name: Name
    credit_code: Annotated[str, Field(max_length=64)]
    type: EnterpriseType = EnterpriseType.RESTAURANT
    licence_no: Name | None = None
    licence_valid_to: date | None = None
    region: Region | None = None
    head_office_id: ItemId | None = None
    contacts: Annotated[list[ContactBody], Field(max_length=20)] = Field(default_factory=list)


class EnterprisePatch(Received):
    """A field left out stays as it is; licence, region and head office sent as null are taken away."""

    name: Name | None = None
    credit_code: Annotated[str, Field(max_length=64)] | None = None
    type: EnterpriseType | None = None
    licence_no: Name | None = None
    licence_valid_to: date | None = None
    region: Region | None = None
    head_office_id: ItemId | None = None
    contacts: Annotated[list[ContactBody], Field(max_length=20)] | None = None


class EnterpriseView(Shown):
    enterprise_id: str
    name: str
    credit_code: str
    type: EnterpriseType
    licence_no: str | None
    licence_valid_to: date | None
    region: str | None
    head_office_id: str | None

    @classmethod
    def of(cls, enterprise: Enterprise) -> Self:
        return cls(
            enterprise_id=enterprise.enterprise_id,
            name=enterprise.name,
            credit_code=str(enterprise.credit_code),
            type=enterprise.type,
            licence_no=enterprise.licence_no,
            licence_valid_to=enterprise.licence_valid_to,
            region=enterprise.region,
            head_office_id=enterprise.head_office_id,
        )


class LicenceView(Shown):
    """What is entered of a licence, and what that says on a day of the site's calendar.

    `no_data`: no last day is entered. That is not compliant; it is not known. `valid` says that the last day is not
    over, and nothing about the paper itself. `days_left` is negative once it is over.
    """

    enterprise_id: str
    licence_no: str | None
    licence_valid_to: date | None
    day: date
    standing: LicenceStanding
    days_left: int | None


class ContactsView(Shown):
    """Names and numbers of people: for the enterprise and the authority."""

    contacts: list[ContactBody]

    @classmethod
    def of(cls, enterprise: Enterprise) -> Self:
        return cls(
            contacts=[
                ContactBody(name=each.name, duty=each.duty, phone=each.phone, email=each.email)
                for each in enterprise.contacts
            ]
        )


class EnterprisePage(Page):
    items: list[EnterpriseView]
