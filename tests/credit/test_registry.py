import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.errors import CreditCodeTakenError
from credit.registry import register_enterprise, tidy_name
from credit.testing import InMemoryRegistry
from domain.credit_code import CreditCode, CreditCodeError
from domain.ids import EnterpriseId
from domain.organisation import EnterpriseType
from domain.scope import Scope

CODE = "91350100M000100Y43"


def test_an_enterprise_is_registered_as_people_type_it() -> None:
    registry = InMemoryRegistry()

    added = register_enterprise(
        registry,
        enterprise_id=EnterpriseId("e"),
        name="  老王\u3000饭店 ",
        credit_code=f" {CODE.lower()} ",
        type=EnterpriseType.CANTEEN,
    )

    assert (added.name, added.credit_code, added.type) == ("老王 饭店", CreditCode(CODE), EnterpriseType.CANTEEN)
    assert registry.get_enterprise(EnterpriseId("e"), Scope.everything()) == added


@pytest.mark.parametrize("code", ["", "91350100M000100Y4Z", "not a code"])
def test_a_wrong_credit_code_registers_nothing(code: str) -> None:
    registry = InMemoryRegistry()

    with pytest.raises(CreditCodeError):
        register_enterprise(registry, enterprise_id=EnterpriseId("e"), name="老王饭店", credit_code=code)
    assert registry.list_enterprises(Scope.everything(), None, 10) == []


def test_one_code_typed_in_two_ways_is_one_code() -> None:
    registry = InMemoryRegistry()
    register_enterprise(registry, enterprise_id=EnterpriseId("e"), name="老王饭店", credit_code=CODE)

    with pytest.raises(CreditCodeTakenError):
        register_enterprise(registry, enterprise_id=EnterpriseId("f"), name="小王饭店", credit_code=CODE.lower())


def test_an_empty_name_registers_nothing() -> None:
    with pytest.raises(ValueError, match="name must not be empty"):
        register_enterprise(InMemoryRegistry(), enterprise_id=EnterpriseId("e"), name=" \u3000 ", credit_code=CODE)


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [(" a  b ", "a b"), ("a\tb\n", "a b"), ("Cafe\u0301", "Café"), ("厨房\u3000一号", "厨房 一号"), ("", "")],
)
def test_names_that_look_the_same_are_the_same(typed: str, tidy: str) -> None:
    assert tidy_name(typed) == tidy


@given(st.text(max_size=20))
def test_a_tidy_name_is_tidy(text: str) -> None:
    assert tidy_name(tidy_name(text)) == tidy_name(text)
