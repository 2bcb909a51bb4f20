from datetime import date
from itertools import count

import pytest

from credit.enterprise_desk import EnterpriseImport, all_enterprises, import_enterprises
from credit.testing import InMemoryRegistry
from domain.credit_code import CreditCode
from domain.organisation import Contact, EnterpriseType
from domain.scope import Scope

EVERYTHING = Scope.everything()
HEAD, FIRST, SECOND = (CreditCode.generated(number).value for number in (1, 2, 3))
TABLE = f"""统一社会信用代码,名称,类型,许可证编号,有效期至,区划代码,总部代码,门店,联系人,联系电话
{FIRST},示例连锁一店,餐馆,JY0001,2027-10-01,000001,{HEAD},一店后厨,张示例,000-0001
{HEAD},示例连锁总部,central_kitchen,,,,,,,
{SECOND},示例连锁二店,外卖,,2027-03-01,,{HEAD},,,
"""


def imported(registry: InMemoryRegistry, table: str, *, dry: bool = False, skip: bool = False) -> EnterpriseImport:
    numbers = count(sum(1 for _ in all_enterprises(registry)) * 10)
    return import_enterprises(
        registry,
        table.encode(),
        new_id=lambda: f"id-{next(numbers)}",
        most_rows=10_000,
        is_dry_run=dry,
        skips_faulty=skip,
    )


def test_a_chain_is_imported_with_head_office_licence_region_contact_and_site() -> None:
    registry = InMemoryRegistry()

    done = imported(registry, TABLE)

    assert (done.is_stored, len(done.plan.added), done.plan.faults) == (True, 3, ())
    by_code = {each.credit_code.value: each for each in all_enterprises(registry)}
    first, head = by_code[FIRST], by_code[HEAD]
    assert (first.type, first.licence_no, first.licence_valid_to) == (
        EnterpriseType.RESTAURANT,
        "JY0001",
        date(2027, 10, 1),
    )
    assert (first.region, first.head_office_id, head.head_office_id) == ("000001", head.enterprise_id, None)
    assert first.contacts == (Contact(name="张示例", phone="000-0001"),)
    assert by_code[SECOND].head_office_id == head.enterprise_id
    assert [site.name for site in registry.list_sites(EVERYTHING, first.enterprise_id)] == ["一店后厨"]


def test_the_same_table_twice_changes_nothing() -> None:
    registry = InMemoryRegistry()
    table = TABLE
    imported(registry, table)
    before = list(all_enterprises(registry))

    again = imported(registry, table)

    assert (len(again.plan.unchanged), again.plan.added, again.plan.changed, again.plan.sites) == (3, (), (), ())
    assert list(all_enterprises(registry)) == before


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [
        (FIRST, "91310115MA1G4L1WXK", 2, "credit_code"),
        (f"{SECOND},", f"{FIRST},", 4, "credit_code"),
        ("示例连锁二店", "", 4, "name"),
        ("示例连锁二店", "长" * 101, 4, "name"),
        ("一店后厨", "长" * 101, 2, "site"),
        ("餐馆", "酒吧", 2, "type"),
        ("2027-10-01", "明年", 2, "licence_valid_to"),
        ("000001", "1234", 2, "region"),
        (f"000001,{HEAD}", f"000001,{CreditCode.generated(9)}", 2, "head_office"),
        (f"000001,{HEAD}", f"000001,{FIRST}", 2, "head_office"),
        ("张示例", "", 2, "contact"),
    ],
)
def test_a_fault_is_told_with_row_and_column_and_nothing_is_stored(old: str, new: str, row: int, column: str) -> None:
    registry = InMemoryRegistry()

    done = imported(registry, TABLE.replace(old, new, 1))

    assert [(fault.row, fault.column) for fault in done.plan.faults] == [(row, column)]
    assert (done.is_stored, list(all_enterprises(registry))) == (False, [])


@pytest.mark.parametrize("is_upwards", [False, True])
def test_a_table_makes_no_chain_of_two_levels_in_whatever_order_its_rows_stand(is_upwards: bool) -> None:
    rows = [f"{FIRST},示例一店,{SECOND}", f"{SECOND},示例二店,{HEAD}", f"{HEAD},示例总部,"]
    table = "\n".join(["credit_code,name,head_office", *(reversed(rows) if is_upwards else rows)])
    registry = InMemoryRegistry()

    done = imported(registry, table)

    assert [fault.column for fault in done.plan.faults] == ["head_office", "head_office"]
    assert list(all_enterprises(registry)) == []


def test_the_head_office_of_others_gets_none_by_a_later_table() -> None:
    registry = InMemoryRegistry()
    imported(registry, TABLE)

    done = imported(
        registry,
        f"credit_code,name,head_office\n{HEAD},,{CreditCode.generated(4).value}\n{CreditCode.generated(4).value},示例集团,",
    )

    [fault] = done.plan.faults
    assert (fault.row, fault.column, fault.expected) == (
        2,
        "head_office",
        "nothing for an enterprise that is the head office of others",
    )


def test_the_other_rows_are_stored_if_asked_for_and_a_dry_run_stores_nothing() -> None:
    registry = InMemoryRegistry()
    table = TABLE.replace("2027-03-01", "明年")

    assert not imported(registry, TABLE, dry=True).is_stored
    assert list(all_enterprises(registry)) == []
    done = imported(registry, table, skip=True)
    assert (done.is_stored, len(done.plan.added), len(done.plan.faults)) == (True, 2, 1)


def test_a_chain_of_thousands_is_imported() -> None:
    registry = InMemoryRegistry()
    rows = [f"{CreditCode.generated(100 + number)},示例店 {number},{HEAD}" for number in range(3_000)]
    table = "\n".join(["credit_code,name,head_office", f"{HEAD},示例总部,", *rows])

    done = imported(registry, table)

    assert (len(done.plan.added), done.plan.faults) == (3_001, ())
