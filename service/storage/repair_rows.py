"""The tables of applications for repair, plans and tasks. Steps, plans and lots are only ever added.

The triggers stand in `migrations/repair_guards.py`. A table that is rebuilt (batch_alter_table on SQLite) loses them.
"""

from sqlalchemy import CheckConstraint, Column, Date, Float, ForeignKey, Index, Integer, Table, Text, text

from credit.applications.application import ApplicationState
from credit.applications.material import MaterialKind
from credit.inspections.task import TaskState
from credit.profile import Colour
from service.storage.columns import EnumText, UtcDateTime, json_document, plain_text
from service.storage.credit_rows import PERSON
from service.storage.metadata import metadata

IS_OPEN = text("state NOT IN ('granted', 'refused', 'withdrawn')")

repair_applications = Table(
    "repair_applications",
    metadata,
    Column("application_id", plain_text(), primary_key=True),
    Column("record_id", plain_text(), ForeignKey("public_records.record_id"), nullable=False),
    Column("enterprise_id", plain_text(), nullable=False),
    Column("policy_id", plain_text(), nullable=False),
    Column("state", EnumText(ApplicationState), nullable=False),
    Index(None, "enterprise_id"),
    # One that is not over for each record.
    Index("uq_repair_applications_open", "record_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
)

repair_steps = Table(
    "repair_steps",
    metadata,
    Column("application_id", plain_text(), ForeignKey("repair_applications.application_id"), primary_key=True),
    Column("sequence", Integer(), primary_key=True, autoincrement=False),
    Column("state", EnumText(ApplicationState), nullable=False),
    Column("actor_id", plain_text(), ForeignKey("users.user_id"), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("document_no", Text(), nullable=False),
    Column("decided_on", Date()),
    CheckConstraint(PERSON.format("actor_id"), name="person"),
    CheckConstraint(
        "(state IN ('granted', 'refused')) = (decided_on IS NOT NULL AND length(trim(document_no)) > 0)",
        name="decision",
    ),
    CheckConstraint("state NOT IN ('returned', 'refused') OR length(trim(reason)) > 0", name="reason"),
)

repair_materials = Table(
    "repair_materials",
    metadata,
    Column("material_id", plain_text(), primary_key=True),
    Column("application_id", plain_text(), ForeignKey("repair_applications.application_id"), nullable=False),
    Column("kind", EnumText(MaterialKind), nullable=False),
    Column("title", Text(), nullable=False),
    Column("name", plain_text(), nullable=False),
    Column("media_type", Text(), nullable=False),
    Column("size_bytes", Integer(), nullable=False),
    Column("sha256", plain_text(), nullable=False),
    Column("uploaded_by", plain_text(), nullable=False),
    Column("uploaded_at", UtcDateTime(), nullable=False),
    Column("removed_at", UtcDateTime()),
    Column("hints", json_document()),
    Column("checked_at", UtcDateTime()),
    Column("checked_with", Text()),
    CheckConstraint(PERSON.format("uploaded_by"), name="person"),
    CheckConstraint("length(sha256) = 64 AND size_bytes > 0", name="checksum"),
    Index(None, "application_id"),
)

inspection_plans = Table(
    "inspection_plans",
    metadata,
    Column("plan_id", plain_text(), primary_key=True),
    Column("period", plain_text(), nullable=False),
    Column("seed", Text(), nullable=False),
    Column("made_by", plain_text(), ForeignKey("users.user_id"), nullable=False),
    Column("made_at", UtcDateTime(), nullable=False),
)

inspection_lots = Table(
    "inspection_lots",
    metadata,
    Column("period", plain_text(), primary_key=True),
    Column("enterprise_id", plain_text(), primary_key=True),
    Column("plan_id", plain_text(), ForeignKey("inspection_plans.plan_id"), nullable=False),
    Column("colour", EnumText(Colour)),
    Column("chance", Float(53), nullable=False),
    Column("lot", Float(53), nullable=False),
    CheckConstraint("chance >= 0 AND chance <= 1 AND lot >= 0 AND lot < 1", name="lot"),
    Index(None, "plan_id"),
)

inspection_tasks = Table(
    "inspection_tasks",
    metadata,
    Column("task_id", plain_text(), primary_key=True),
    Column("enterprise_id", plain_text(), ForeignKey("enterprises.enterprise_id"), nullable=False),
    Column("period", plain_text(), nullable=False),
    Column("plan_id", plain_text(), ForeignKey("inspection_plans.plan_id")),
    Column("reason", Text(), nullable=False),
    Column("due_on", Date(), nullable=False),
    Column("created_by", plain_text(), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("state", EnumText(TaskState), nullable=False),
    Column("assignee_id", plain_text()),
    CheckConstraint("length(trim(reason)) > 0", name="reason"),
    CheckConstraint(PERSON.format("created_by"), name="person"),
    Index(None, "state", "due_on"),
    Index(None, "enterprise_id"),
)

inspection_steps = Table(
    "inspection_steps",
    metadata,
    Column("task_id", plain_text(), ForeignKey("inspection_tasks.task_id"), primary_key=True),
    Column("sequence", Integer(), primary_key=True, autoincrement=False),
    Column("state", EnumText(TaskState), nullable=False),
    Column("actor_id", plain_text(), nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("reason", Text(), nullable=False),
    Column("assignee_id", plain_text()),
    Column("score", Float(53)),
    Column("entry_id", plain_text()),
    CheckConstraint(PERSON.format("actor_id"), name="person"),
    CheckConstraint("state <> 'dropped' OR length(trim(reason)) > 0", name="reason"),
    CheckConstraint("(state = 'assigned') = (assignee_id IS NOT NULL)", name="assignee"),
    CheckConstraint("(state = 'done') = (score IS NOT NULL AND entry_id IS NOT NULL)", name="result"),
)
