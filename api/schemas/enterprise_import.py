"""What an import of enterprises comes to."""

from typing import Self

from api.fields import Shown
from api.schemas.camera_import import FaultView
from credit.enterprise_desk import EnterpriseImport


class EnterpriseImportView(Shown):
    """`is_stored` is false for a dry run, and where a fault kept everything out. Rows are those of a spreadsheet."""

    is_stored: bool
    added: int
    changed: int
    unchanged: int
    sites_added: int
    faults: list[FaultView]

    @classmethod
    def of(cls, done: EnterpriseImport) -> Self:
        plan = done.plan
        return cls(
            is_stored=done.is_stored,
            added=len(plan.added),
            changed=len(plan.changed),
            unchanged=len(plan.unchanged),
            sites_added=len(plan.sites),
            faults=[FaultView.of(fault) for fault in plan.faults],
        )
