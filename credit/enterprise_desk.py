"""Tables of enterprises against the registry: what they come to, and storing it, all or none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from credit.camera_sheet import read_sheet
from credit.enterprise_import import COLUMNS, EnterprisePlan, plan_enterprises
from credit.ports import Registry
from domain.organisation import Enterprise
from domain.scope import Scope

_PAGE = 1_000
_EVERYTHING = Scope.everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseImport:
    """What became of a table."""

    plan: EnterprisePlan
    is_stored: bool


def import_enterprises(
    registry: Registry,
    content: bytes,
    *,
    new_id: Callable[[], str],
    most_rows: int,
    is_dry_run: bool,
    skips_faulty: bool,
) -> EnterpriseImport:
    """Read the table and store what it says, unless it is a dry run or has a fault that shall not be skipped.

    Raises the errors of the registry where somebody else was quicker.
    """
    sheet = read_sheet(content, most_rows=most_rows, columns=COLUMNS, of="enterprises")
    plan = plan_enterprises(sheet, all_enterprises(registry), registry.list_sites(_EVERYTHING), new_id)
    if is_dry_run or not sheet.rows or (plan.faults and not skips_faulty):
        return EnterpriseImport(plan=plan, is_stored=False)
    registry.store_enterprises(plan.added, plan.changed, plan.sites)
    return EnterpriseImport(plan=plan, is_stored=True)


def all_enterprises(registry: Registry) -> Iterator[Enterprise]:
    """Every enterprise, page by page."""
    after: str | None = None
    while page := registry.list_enterprises(_EVERYTHING, after, _PAGE):
        yield from page
        after = page[-1].enterprise_id
