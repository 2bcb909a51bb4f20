"""What an import of cameras comes to."""

from typing import Annotated, Literal, Self

from pydantic import Field

from api.fields import Shown
from credit.camera_sheet import Fault
from credit.import_desk import Import
from domain.organisation import Camera

Action = Literal["add", "change", "keep"]


class FaultView(Shown):
    """One cell that is wrong. Rows are counted as in a spreadsheet, the heads are row 1; 0 is the whole file."""

    row: int
    column: str
    expected: str
    found: str

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(row=fault.row, column=fault.column, expected=fault.expected, found=fault.found)


class ImportedView(Shown):
    row: int
    action: Action
    camera_id: Annotated[str | None, Field(description="null for a camera that is not there yet.")]
    site_id: str
    name: str


class CameraImportView(Shown):
    """`is_stored` is false for a dry run, and where a fault kept everything out."""

    is_stored: bool
    added: int
    changed: int
    unchanged: int
    faults: list[FaultView]
    cameras: list[ImportedView]

    @classmethod
    def of(cls, done: Import) -> Self:
        plan = done.plan
        groups: tuple[tuple[Action, tuple[Camera, ...]], ...] = (
            ("add", plan.added),
            ("change", plan.changed),
            ("keep", plan.unchanged),
        )
        cameras = [
            ImportedView(
                row=plan.rows[camera.camera_id],
                action=action,
                camera_id=camera.camera_id if done.is_stored or action != "add" else None,
                site_id=camera.site_id,
                name=camera.name,
            )
            for action, group in groups
            for camera in group
        ]
        return cls(
            is_stored=done.is_stored,
            added=len(plan.added),
            changed=len(plan.changed),
            unchanged=len(plan.unchanged),
            faults=[FaultView.of(fault) for fault in plan.faults],
            cameras=sorted(cameras, key=lambda one: one.row),
        )
