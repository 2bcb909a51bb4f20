"""From a table of enterprises to what has to be added and changed. Pure: the same table twice changes nothing.

A row means the enterprise with its unified social credit code. A cell left empty stays as it is. Shops of a chain name
the code of their head office, which is known already or stands in the table.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from credit.camera_sheet import Fault, Sheet, shown
from credit.registry import tidy_name
from domain.credit_code import CreditCode, CreditCodeError
from domain.ids import EnterpriseId, SiteId
from domain.organisation import Contact, Enterprise, EnterpriseType, Site
from domain.text import require_text

COLUMNS: dict[str, tuple[str, ...]] = {
    "credit_code": ("统一社会信用代码",),
    "name": ("名称", "企业名称"),
    "type": ("类型", "业态"),
    "licence_no": ("许可证编号",),
    "licence_valid_to": ("许可证有效期至", "有效期至"),
    "region": ("行政区划", "区划代码"),
    "head_office": ("总部统一社会信用代码", "总部代码"),
    "site": ("场所", "门店"),
    "contact": ("联系人",),
    "contact_phone": ("联系电话",),
    "contact_email": ("电子邮箱",),
}
"""The columns with the Chinese heads that mean the same."""

LONGEST_NAME = 100

TYPES: Mapping[str, EnterpriseType] = {
    **{kind.value: kind for kind in EnterpriseType},
    "餐馆": EnterpriseType.RESTAURANT,
    "学校食堂": EnterpriseType.SCHOOL_CANTEEN,
    "食堂": EnterpriseType.CANTEEN,
    "中央厨房": EnterpriseType.CENTRAL_KITCHEN,
    "外卖": EnterpriseType.TAKEAWAY,
    "工地": EnterpriseType.WORK_SITE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterprisePlan:
    """What a table comes to; `rows` tells from which row each enterprise comes."""

    added: tuple[Enterprise, ...] = ()
    changed: tuple[Enterprise, ...] = ()
    unchanged: tuple[Enterprise, ...] = ()
    sites: tuple[Site, ...] = ()
    rows: Mapping[EnterpriseId, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


class _CellError(Exception):
    def __init__(self, column: str, expected: str, found: str) -> None:
        super().__init__(column)
        self.column, self.expected, self.found = column, expected, found


def plan_enterprises(
    sheet: Sheet, known: Iterable[Enterprise], sites: Iterable[Site], new_id: Callable[[], str]
) -> EnterprisePlan:
    """What to add and to change among the known enterprises; faulty rows are left out."""
    desk = _Desk(known, sites, new_id)
    faults = list(sheet.faults)
    for step in (desk.take, desk.join_chain):
        for row in sheet.rows:
            try:
                step(row.row, row.cells)
            except _CellError as error:
                faults.append(Fault(row=row.row, column=error.column, expected=error.expected, found=error.found))
    return replace(desk.plan(), faults=tuple(sorted(faults, key=lambda fault: fault.row)))


class _Desk:
    """The enterprises as they are after each row: first all of them, then who belongs to which head office."""

    def __init__(self, known: Iterable[Enterprise], sites: Iterable[Site], new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._before = {enterprise.credit_code.value: enterprise for enterprise in known}
        self._now = dict(self._before)
        self._rows: dict[str, int] = {}
        self._site_names = {(site.enterprise_id, site.name) for site in sites}
        self._sites: list[Site] = []
        self._wanted: dict[str, str] = {}

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        code = self._code(cells, "credit_code")
        if code.value in self._rows:
            raise _CellError("credit_code", "each enterprise once", f"the code of row {self._rows[code.value]} again")
        base = self._now.get(code.value) or self._new(code, cells)
        changed = replace(
            base,
            name=_text(cells, "name", base.name),
            type=self._type(cells, base.type),
            contacts=self._contacts(cells, base.contacts),
            licence_valid_to=self._day(cells, base.licence_valid_to),
        )
        for column, known in (("licence_no", base.licence_no), ("region", base.region)):
            try:
                changed = replace(changed, **{column: cells.get(column, known)})  # type: ignore[arg-type]
            except ValueError as error:
                raise _CellError(column, str(error).partition(", got")[0], shown(column, cells[column])) from None
        self._now[code.value] = changed
        self._rows[code.value] = row
        if "head_office" in cells:
            self._wanted[code.value] = cells["head_office"].strip().upper()
        if "site" not in cells:
            return
        name = _text(cells, "site", "")
        if (changed.enterprise_id, name) not in self._site_names:
            self._site_names.add((changed.enterprise_id, name))
            self._sites.append(Site(site_id=SiteId(self._new_id()), enterprise_id=changed.enterprise_id, name=name))

    def join_chain(self, row: int, cells: Mapping[str, str]) -> None:
        own = cells.get("credit_code", "").strip().upper()
        if "head_office" not in cells or self._rows.get(own) != row:
            return
        head = self._now.get(self._code(cells, "head_office").value)
        if head is None:
            raise _CellError("head_office", "the code of an enterprise that is known", "one that is not")
        if head.credit_code.value == own or head.enterprise_id in self._heads:
            raise _CellError("head_office", "a head office, which has none itself", "another enterprise")
        if self._now[own].enterprise_id in self._head_offices:
            raise _CellError("head_office", "nothing for an enterprise that is the head office of others", "a code")
        self._now[own] = replace(self._now[own], head_office_id=head.enterprise_id)

    @cached_property
    def _heads(self) -> Mapping[EnterpriseId, EnterpriseId]:
        """Who has which head office once the whole table is taken, so that nothing hangs on the order of its rows.

        Asked for when all rows are taken.
        """
        heads = {each.enterprise_id: each.head_office_id for each in self._now.values() if each.head_office_id}
        for code, head in self._wanted.items():
            if head in self._now:
                heads[self._now[code].enterprise_id] = self._now[head].enterprise_id
        return heads

    @cached_property
    def _head_offices(self) -> frozenset[EnterpriseId]:
        return frozenset(self._heads.values())

    def plan(self) -> EnterprisePlan:
        touched = [(code, self._now[code]) for code in self._rows]
        return EnterprisePlan(
            added=tuple(each for code, each in touched if code not in self._before),
            changed=tuple(each for code, each in touched if code in self._before and each != self._before[code]),
            unchanged=tuple(each for code, each in touched if each == self._before.get(code)),
            sites=tuple(self._sites),
            rows={self._now[code].enterprise_id: row for code, row in self._rows.items()},
        )

    def _new(self, code: CreditCode, cells: Mapping[str, str]) -> Enterprise:
        if "name" not in cells:
            raise _CellError("name", "a name for a new enterprise", "nothing")
        name = _text(cells, "name", "")
        return Enterprise(enterprise_id=EnterpriseId(self._new_id()), name=name, credit_code=code)

    def _code(self, cells: Mapping[str, str], column: str) -> CreditCode:
        if column not in cells:
            raise _CellError(column, "a unified social credit code", "nothing")
        try:
            return CreditCode.parse(cells[column])
        except CreditCodeError as error:
            raise _CellError(column, "a unified social credit code", error.reason) from None

    def _type(self, cells: Mapping[str, str], known: EnterpriseType) -> EnterpriseType:
        word = cells.get("type")
        if word is None:
            return known
        if word.lower() not in TYPES:
            raise _CellError("type", f"one of {', '.join(TYPES)}", shown("type", word))
        return TYPES[word.lower()]

    def _day(self, cells: Mapping[str, str], known: date | None) -> date | None:
        text = cells.get("licence_valid_to")
        if text is None:
            return known
        try:
            return date(*(int(part) for part in text.replace("/", "-").split("-")))
        except (ValueError, TypeError):
            expected = "a day such as 2027-10-01"
            raise _CellError("licence_valid_to", expected, shown("licence_valid_to", text)) from None

    def _contacts(self, cells: Mapping[str, str], known: tuple[Contact, ...]) -> tuple[Contact, ...]:
        name = cells.get("contact")
        if name is None:
            if "contact_phone" in cells or "contact_email" in cells:
                raise _CellError("contact", "the name of whoever is reached so", "nothing")
            return known
        try:
            new = Contact(name=name, phone=cells.get("contact_phone", ""), email=cells.get("contact_email", ""))
        except ValueError:
            raise _CellError("contact", "a name, a number and an address of one line", "something else") from None
        return tuple(new if each.name == name else each for each in known) if _has(known, name) else (*known, new)


def _text(cells: Mapping[str, str], column: str, known: str) -> str:
    if column not in cells:
        return known
    text = tidy_name(cells[column])
    try:
        require_text(column, text, LONGEST_NAME)
    except ValueError as error:
        raise _CellError(column, f"a text of one line, at most {LONGEST_NAME} characters", str(error)) from None
    return text


def _has(contacts: Iterable[Contact], name: str) -> bool:
    return any(each.name == name for each in contacts)
