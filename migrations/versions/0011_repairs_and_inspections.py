"""Applications for repair with their papers, plans and tasks of inspections.

Steps, plans and lots are only added; triggers say the same as the code: officers take officers' steps, nobody acts for
both sides of an application, a task keeps why it was made.

Revision: 0011, after 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import repair_guards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PERSON = "length(trim({0})) > 0 AND lower(trim({0})) NOT IN ('system', 'machine', 'brightkitchen')"
OPEN = sa.text("state NOT IN ('granted', 'refused', 'withdrawn')")


def _plain() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _document() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _instant() -> Any:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    _applications()
    _materials()
    _plans()
    _tasks()
    repair_guards.install()


def _applications() -> None:
    op.create_table(
        "repair_applications",
        sa.Column("application_id", _plain(), nullable=False),
        sa.Column("record_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("policy_id", _plain(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_repair_applications"),
        sa.ForeignKeyConstraint(["record_id"], ["public_records.record_id"], name="fk_repair_applications_record_id"),
    )
    op.create_index("ix_repair_applications_enterprise_id", "repair_applications", ["enterprise_id"])
    op.create_index(
        "uq_repair_applications_open",
        "repair_applications",
        ["record_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "repair_steps",
        sa.Column("application_id", _plain(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor_id", _plain(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("application_id", "sequence", name="pk_repair_steps"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["repair_applications.application_id"], name="fk_repair_steps_application_id"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.user_id"], name="fk_repair_steps_actor_id"),
        sa.CheckConstraint(PERSON.format("actor_id"), name="person"),
        sa.CheckConstraint(
            "(state IN ('granted', 'refused')) = (decided_on IS NOT NULL AND length(trim(document_no)) > 0)",
            name="decision",
        ),
        sa.CheckConstraint("state NOT IN ('returned', 'refused') OR length(trim(reason)) > 0", name="reason"),
    )


def _materials() -> None:
    op.create_table(
        "repair_materials",
        sa.Column("material_id", _plain(), nullable=False),
        sa.Column("application_id", _plain(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", _plain(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", _plain(), nullable=False),
        sa.Column("uploaded_by", _plain(), nullable=False),
        sa.Column("uploaded_at", _instant(), nullable=False),
        sa.Column("removed_at", _instant(), nullable=True),
        sa.Column("hints", _document(), nullable=True),
        sa.Column("checked_at", _instant(), nullable=True),
        sa.Column("checked_with", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("material_id", name="pk_repair_materials"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["repair_applications.application_id"], name="fk_repair_materials_application_id"
        ),
        sa.CheckConstraint(PERSON.format("uploaded_by"), name="person"),
        sa.CheckConstraint("length(sha256) = 64 AND size_bytes > 0", name="checksum"),
    )
    op.create_index("ix_repair_materials_application_id", "repair_materials", ["application_id"])


def _plans() -> None:
    op.create_table(
        "inspection_plans",
        sa.Column("plan_id", _plain(), nullable=False),
        sa.Column("period", _plain(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("made_by", _plain(), nullable=False),
        sa.Column("made_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_inspection_plans"),
        sa.ForeignKeyConstraint(["made_by"], ["users.user_id"], name="fk_inspection_plans_made_by"),
    )
    op.create_table(
        "inspection_lots",
        sa.Column("period", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("plan_id", _plain(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=True),
        sa.Column("chance", sa.Float(precision=53), nullable=False),
        sa.Column("lot", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("period", "enterprise_id", name="pk_inspection_lots"),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plans.plan_id"], name="fk_inspection_lots_plan_id"),
        sa.CheckConstraint("chance >= 0 AND chance <= 1 AND lot >= 0 AND lot < 1", name="lot"),
    )
    op.create_index("ix_inspection_lots_plan_id", "inspection_lots", ["plan_id"])


def _tasks() -> None:
    op.create_table(
        "inspection_tasks",
        sa.Column("task_id", _plain(), nullable=False),
        sa.Column("enterprise_id", _plain(), nullable=False),
        sa.Column("period", _plain(), nullable=False),
        sa.Column("plan_id", _plain(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_by", _plain(), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee_id", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("task_id", name="pk_inspection_tasks"),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plans.plan_id"], name="fk_inspection_tasks_plan_id"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.enterprise_id"], name="fk_inspection_tasks_enterprise_id"
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name="reason"),
        sa.CheckConstraint(PERSON.format("created_by"), name="person"),
    )
    op.create_index("ix_inspection_tasks_state_due_on", "inspection_tasks", ["state", "due_on"])
    op.create_index("ix_inspection_tasks_enterprise_id", "inspection_tasks", ["enterprise_id"])
    op.create_table(
        "inspection_steps",
        sa.Column("task_id", _plain(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor_id", _plain(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("assignee_id", _plain(), nullable=True),
        sa.Column("score", sa.Float(precision=53), nullable=True),
        sa.Column("entry_id", _plain(), nullable=True),
        sa.PrimaryKeyConstraint("task_id", "sequence", name="pk_inspection_steps"),
        sa.ForeignKeyConstraint(["task_id"], ["inspection_tasks.task_id"], name="fk_inspection_steps_task_id"),
        sa.CheckConstraint(PERSON.format("actor_id"), name="person"),
        sa.CheckConstraint("state <> 'dropped' OR length(trim(reason)) > 0", name="reason"),
        sa.CheckConstraint("(state = 'assigned') = (assignee_id IS NOT NULL)", name="assignee"),
        sa.CheckConstraint("(state = 'done') = (score IS NOT NULL AND entry_id IS NOT NULL)", name="result"),
    )


def downgrade() -> None:
    for table in (
        "inspection_steps",
        "inspection_tasks",
        "inspection_lots",
        "inspection_plans",
        "repair_materials",
        "repair_steps",
        "repair_applications",
    ):
        op.drop_table(table)
    repair_guards.remove_functions()
