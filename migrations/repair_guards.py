"""Guards of applications and inspections as triggers, spelt for SQLite and PostgreSQL. Used by one migration.

They belong to that migration: a later one that changes a guard says its own, and leaves these words as they are.
"""

# ruff: noqa: S608 - every word of these statements is written here

from alembic import op

FROZEN = ("repair_steps", "inspection_plans", "inspection_lots", "inspection_steps")
OFFICERS = "('accepted', 'returned', 'granted', 'refused')"
FOLLOWS = {
    "drafted": ("filed", "withdrawn"),
    "filed": ("accepted", "returned", "withdrawn"),
    "returned": ("filed", "withdrawn"),
    "accepted": ("granted", "refused", "withdrawn"),
}
TASK_FOLLOWS = {"open": ("assigned", "dropped"), "assigned": ("assigned", "done", "dropped")}


def install() -> None:
    """Make all triggers; the tables are there."""
    for table, event in _frozen():
        _guard(table, "append_only", "TRUE", event=event)
    for table, name, condition, event in _guards():
        _guard(table, name, condition, event=event)


def remove_functions() -> None:
    """What is left of them when the tables are gone: functions, on PostgreSQL."""
    if not _is_postgresql():
        return
    for table, event in _frozen():
        op.execute(f"DROP FUNCTION {_name(table, 'append_only', event)}()")
    for table, name, _, event in _guards():
        op.execute(f"DROP FUNCTION {_name(table, name, event)}()")


def _frozen() -> list[tuple[str, str]]:
    both = [(table, event) for table in FROZEN for event in ("UPDATE", "DELETE")]
    return [*both, *((table, "DELETE") for table in ("repair_applications", "repair_materials", "inspection_tasks"))]


def _guards() -> list[tuple[str, str, str, str]]:
    """Table, name, the condition under which a row is refused, and at which event."""
    return [
        *((*one, "INSERT") for one in _of_applications()),
        *((*one, "INSERT") for one in _of_tasks()),
        (
            "repair_applications",
            "same",
            _changes("application_id", "record_id", "enterprise_id", "policy_id"),
            "UPDATE",
        ),
        (
            "repair_materials",
            "same",
            _changes("material_id", "application_id", "kind", "name", "sha256", "size_bytes", "uploaded_by")
            + " OR OLD.removed_at IS NOT NULL",
            "UPDATE",
        ),
        (
            "inspection_tasks",
            "same",
            _changes("task_id", "enterprise_id", "period", "reason", "due_on", "created_by", "created_at")
            + " OR COALESCE(NEW.plan_id, '') <> COALESCE(OLD.plan_id, '')",
            "UPDATE",
        ),
    ]


def _of_applications() -> list[tuple[str, str, str]]:
    same = "SELECT 1 FROM repair_steps WHERE application_id = NEW.application_id AND actor_id = NEW.actor_id"
    record = "(SELECT record_id FROM repair_applications WHERE application_id = NEW.application_id)"
    return [
        ("repair_steps", "officer", f"NEW.state IN {OFFICERS} AND NOT {_is_officer('NEW.actor_id')}"),
        (
            "repair_steps",
            "two_sides",
            f"EXISTS ({same} AND (state IN {OFFICERS}) <> (NEW.state IN {OFFICERS}))",
        ),
        ("repair_steps", "order", _is_no_next("repair_steps", "application_id", "drafted", FOLLOWS)),
        (
            "repair_steps",
            "record",
            (
                f"NEW.state = 'granted' AND NOT EXISTS (SELECT 1 FROM record_steps WHERE record_id = {record}"
                " AND kind = 'repaired' AND officer_id = NEW.actor_id)"
            ),
        ),
        (
            "repair_applications",
            "record",
            (
                "NOT EXISTS (SELECT 1 FROM public_records WHERE record_id = NEW.record_id"
                " AND enterprise_id = NEW.enterprise_id AND kind = 'penalty')"
            ),
        ),
    ]


def _of_tasks() -> list[tuple[str, str, str]]:
    assigned = (
        "(SELECT assignee_id FROM inspection_steps WHERE task_id = NEW.task_id AND assignee_id IS NOT NULL"
        " ORDER BY sequence DESC LIMIT 1)"
    )
    return [
        ("inspection_plans", "officer", "NOT " + _is_officer("NEW.made_by")),
        ("inspection_tasks", "officer", "NOT " + _is_officer("NEW.created_by")),
        (
            "inspection_tasks",
            "drawn",
            (
                "NEW.plan_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspection_lots WHERE plan_id = NEW.plan_id"
                " AND enterprise_id = NEW.enterprise_id AND lot < chance)"
            ),
        ),
        ("inspection_steps", "officer", "NOT " + _is_officer("NEW.actor_id")),
        (
            "inspection_steps",
            "assigned_officer",
            f"NEW.assignee_id IS NOT NULL AND NOT {_is_officer('NEW.assignee_id')}",
        ),
        (
            "inspection_steps",
            "order",
            _is_no_next("inspection_steps", "task_id", "open", TASK_FOLLOWS, is_implied=True),
        ),
        ("inspection_steps", "assignee", f"NEW.state = 'done' AND COALESCE({assigned}, '') <> NEW.actor_id"),
        (
            "inspection_steps",
            "entry",
            (
                "NEW.state = 'done' AND NOT EXISTS (SELECT 1 FROM supervision_entries WHERE entry_id = NEW.entry_id"
                " AND kind = 'inspection' AND actor_id = NEW.actor_id)"
            ),
        ),
    ]


def _is_no_next(
    table: str, key: str, first: str, follows: dict[str, tuple[str, ...]], *, is_implied: bool = False
) -> str:
    """The step has not the next number, or does not follow the last one. `is_implied`: the first state has no step."""
    number = f"(SELECT COALESCE(MAX(sequence), 0) + 1 FROM {table} WHERE {key} = NEW.{key})"
    last = f"(SELECT state FROM {table} WHERE {key} = NEW.{key} ORDER BY sequence DESC LIMIT 1)"
    begun = first if is_implied else "none"
    allowed = follows if is_implied else {"none": (first,), **follows}
    pairs = " OR ".join(
        f"(COALESCE({last}, '{begun}') = '{before}' AND NEW.state IN ({', '.join(repr(each) for each in after)}))"
        for before, after in allowed.items()
    )
    return f"NEW.sequence <> {number} OR NOT ({pairs})"


def _changes(*columns: str) -> str:
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in columns)


def _is_officer(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM users WHERE user_id = {column} AND role = 'regulator' AND is_active)"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _name(table: str, guard: str, event: str) -> str:
    return f"guard_{table}_{guard}" + ("" if event == "INSERT" else f"_{event.lower()}")


def _guard(table: str, guard: str, condition: str, *, event: str) -> None:
    """Refuse a row where the condition holds, with a message that names the guard."""
    name = _name(table, guard, event)
    if not _is_postgresql():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, 'guard {guard} of {table}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION 'guard {guard} of {table}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
