"""Entries as people type them, made into entries of the registry."""

import unicodedata

from credit.ports import Registry
from domain.credit_code import CreditCode
from domain.ids import EnterpriseId
from domain.organisation import Enterprise, EnterpriseType


def tidy_name(text: str) -> str:
    """One way of writing a name: composed characters, no space around it and single spaces inside.

    Two names that look the same on a screen are then equal, so that "unique" means what people think it means.
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def register_enterprise(
    registry: Registry,
    *,
    enterprise_id: EnterpriseId,
    name: str,
    credit_code: str,
    type: EnterpriseType = EnterpriseType.RESTAURANT,  # noqa: A002 - the enterprise's own word for it
) -> Enterprise:
    """Add an enterprise and return it.

    Raises CreditCodeError where the code is none, CreditCodeTakenError where another enterprise has it, and
    ValueError for an empty name.
    """
    enterprise = Enterprise(
        enterprise_id=enterprise_id, name=tidy_name(name), credit_code=CreditCode.parse(credit_code), type=type
    )
    registry.add_enterprise(enterprise)
    return enterprise
