"""The guards of the ledgers as triggers, written once and spelt for SQLite and PostgreSQL. Used by one migration.

They belong to that migration: a later one that changes a guard says its own, and leaves these words as they are.
"""

# ruff: noqa: S608 - every word of these statements is written here

from alembic import op

ORIGIN = "0" * 64
CHAINS = ("lead_entries", "supervision_entries", "public_records", "record_steps")
FROZEN = (*CHAINS, "index_snapshots")


def install() -> None:
    """Make all triggers; the tables are there."""
    for table in FROZEN:
        _freeze(table)
    for table in CHAINS:
        _guard(table, "chain", _is_no_next(table))
    for table, name, condition in _guards():
        _guard(table, name, condition)
    _guard("record_deliveries", "append_only", "TRUE", event="DELETE")
    _guard("record_deliveries", "delivered_once", _is_no_confirmation(), event="UPDATE")
    _order_withdrawals()


def remove_functions() -> None:
    """What is left of them when the tables are gone: functions, on PostgreSQL."""
    if _is_postgresql():
        _drop_functions()


def _is_no_next(table: str) -> str:
    return (
        f"NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM {table})"
        f" OR NEW.previous <> COALESCE((SELECT digest FROM {table} WHERE number = NEW.number - 1), '{ORIGIN}')"
        f" OR length(NEW.digest) <> 64"
    )


def _is_officer(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM users WHERE user_id = {column} AND role = 'regulator' AND is_active)"


def _is_known(column: str, alert: str) -> str:
    """A person with an account here, or a step that another machine's people took."""
    return (
        f"(EXISTS (SELECT 1 FROM users WHERE user_id = {column})"
        f" OR EXISTS (SELECT 1 FROM alerts WHERE alert_id = {alert} AND node_id IS NOT NULL))"
    )


def _day_of(column: str) -> str:
    return f"({column} AT TIME ZONE 'UTC')::date" if _is_postgresql() else f"date({column})"


def _plus_days(day: str, days: int) -> str:
    return f"({day} + {days})" if _is_postgresql() else f"date({day}, '+{days} days')"


def _is_over(record: str) -> str:
    over = "('withdrawn', 'repaired', 'expired')"
    return f"EXISTS (SELECT 1 FROM record_steps WHERE record_id = {record} AND kind IN {over})"


def _guards() -> list[tuple[str, str, str]]:
    """Table, name, and the condition under which a new row is refused."""
    return [*_guards_of_entries(), *_guards_of_records(), *_guards_of_steps()]


def _guards_of_entries() -> list[tuple[str, str, str]]:
    of_a_case = "NEW.kind IN ('disputed', 'suspended', 'overturned', 'rectified', 'sent_back', 'verified', 'closed')"
    last_report = (
        "(SELECT actor_id FROM supervision_entries WHERE case_id = NEW.case_id AND kind = 'rectified'"
        " ORDER BY sequence DESC LIMIT 1)"
    )
    return [
        ("lead_entries", "known", "EXISTS (SELECT 1 FROM lead_entries WHERE entry_id = NEW.entry_id)"),
        (
            "lead_entries",
            "account",
            "NEW.kind IN ('confirmed', 'dismissed', 'abstained') AND NOT " + _is_known("NEW.actor_id", "NEW.alert_id"),
        ),
        (
            "supervision_entries",
            "known",
            "EXISTS (SELECT 1 FROM supervision_entries WHERE entry_id = NEW.entry_id)",
        ),
        (
            "supervision_entries",
            "account",
            "NEW.kind <> 'observed' AND NOT " + _is_known("NEW.actor_id", "NEW.case_id"),
        ),
        (
            "supervision_entries",
            "officer",
            "NEW.kind IN ('inspection', 'level', 'burden') AND NOT " + _is_officer("NEW.actor_id"),
        ),
        (
            "supervision_entries",
            "case",
            (
                "(NEW.kind = 'confirmed' AND (NEW.case_id IS NULL OR NEW.sequence IS NULL OR NEW.code IS NULL))"
                f" OR ({of_a_case} AND (NEW.case_id IS NULL OR NEW.sequence IS NULL OR NOT EXISTS"
                " (SELECT 1 FROM supervision_entries WHERE case_id = NEW.case_id AND kind = 'confirmed')))"
            ),
        ),
        (
            "supervision_entries",
            "verifier",
            f"NEW.kind = 'verified' AND COALESCE({last_report}, '') <> COALESCE(NEW.submitter_id, '-')",
        ),
        (
            "supervision_entries",
            "corrected",
            (
                "NEW.corrects IS NOT NULL AND NOT EXISTS (SELECT 1 FROM supervision_entries"
                " WHERE entry_id = NEW.corrects AND enterprise_id = NEW.enterprise_id AND kind <> 'correction')"
            ),
        ),
    ]


def _guards_of_records() -> list[tuple[str, str, str]]:
    no_clauses = "NEW.clauses = '[]'::jsonb" if _is_postgresql() else "NEW.clauses = '[]'"
    entered = _plus_days(_day_of("NEW.entered_at"), 1)  # a day begins in China before it begins in UTC
    return [
        ("public_records", "known", "EXISTS (SELECT 1 FROM public_records WHERE record_id = NEW.record_id)"),
        (
            "public_records",
            "known_document",
            (
                "NEW.corrects IS NULL AND EXISTS (SELECT 1 FROM public_records WHERE enterprise_id = NEW.enterprise_id"
                " AND authority_code = NEW.authority_code AND document_no = NEW.document_no AND kind = NEW.kind"
                " AND corrects IS NULL)"
            ),
        ),
        ("public_records", "officer", "NOT " + _is_officer("NEW.officer_id")),
        ("public_records", "clauses", no_clauses),
        ("public_records", "decision_date", f"NEW.decision_date > {entered}"),
        (
            "public_records",
            "credit_code",
            "NEW.credit_code <> (SELECT credit_code FROM enterprises WHERE enterprise_id = NEW.enterprise_id)",
        ),
        (
            "public_records",
            "corrected",
            (
                "NEW.corrects IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public_records"
                " WHERE record_id = NEW.corrects AND enterprise_id = NEW.enterprise_id)"
            ),
        ),
    ]


def _guards_of_steps() -> list[tuple[str, str, str]]:
    taken = _plus_days(_day_of("NEW.at"), 1)
    record = "(SELECT {0} FROM public_records WHERE record_id = NEW.record_id)"
    mark = (
        "(SELECT kind FROM record_steps WHERE record_id = NEW.record_id AND kind IN ('final', 'contested')"
        " ORDER BY number DESC LIMIT 1)"
    )
    decided = "(SELECT MAX(decided_on) FROM record_steps WHERE record_id = NEW.record_id AND kind = {0})"
    return [
        ("record_steps", "officer", "NOT " + _is_officer("NEW.officer_id")),
        ("record_steps", "over", _is_over("NEW.record_id")),
        (
            "record_steps",
            "publication",
            (
                f"NEW.kind = 'published' AND ({record.format('procedure')} = 'simple'"
                f" OR {record.format('outcomes')} = 'warning'"
                f" OR {record.format('kind')} NOT IN ('penalty', 'list_entry', 'honour')"
                " OR EXISTS (SELECT 1 FROM record_steps WHERE record_id = NEW.record_id AND kind = 'published'))"
            ),
        ),
        ("record_steps", "finality", f"NEW.kind = 'published' AND COALESCE({mark}, 'open') <> 'final'"),
        ("record_steps", "decided_on", f"NEW.decided_on > {taken}"),
        (
            "record_deliveries",
            "known",
            (
                "EXISTS (SELECT 1 FROM record_deliveries WHERE delivery_id = NEW.delivery_id"
                " OR (record_id = NEW.record_id AND receiver = NEW.receiver AND action = NEW.action))"
            ),
        ),
        (
            "record_deliveries",
            "unpublished",
            (
                f"NEW.action = 'publish' AND ({_is_over('NEW.record_id')} OR NOT EXISTS"
                " (SELECT 1 FROM record_steps WHERE record_id = NEW.record_id AND kind = 'published'))"
            ),
        ),
        (
            "record_deliveries",
            "due",
            "(NEW.action = 'withdraw' AND NOT COALESCE(NEW.due_on <= "
            + _plus_days(decided.format("'withdrawn'"), 3)
            + ", FALSE)) OR (NEW.action = 'repair' AND NOT COALESCE(NEW.due_on <= "
            + _plus_days(decided.format("'repaired'"), 3)
            + ", FALSE))",
        ),
    ]


def _is_no_confirmation() -> str:
    same = " OR ".join(
        f"NEW.{name} <> OLD.{name}" for name in ("delivery_id", "record_id", "receiver", "action", "ordered_at")
    )
    return (
        f"OLD.delivered_at IS NOT NULL OR NEW.delivered_at IS NULL OR NEW.delivered_at < OLD.ordered_at OR {same}"
        " OR COALESCE(NEW.due_on, OLD.ordered_at) <> COALESCE(OLD.due_on, OLD.ordered_at)"
    )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _freeze(table: str) -> None:
    _guard(table, "append_only", "TRUE", event="UPDATE")
    _guard(table, "append_only", "TRUE", event="DELETE")
    if _is_postgresql():
        name = f"guard_{table}_append_only_truncate"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION guard_{table}_append_only_delete()"
        )


def _guard(table: str, guard: str, condition: str, *, event: str = "INSERT") -> None:
    """Refuse a row where the condition holds, with a message that names the guard."""
    name = f"guard_{table}_{guard}" + ("" if event == "INSERT" else f"_{event.lower()}")
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


def _order_withdrawals() -> None:
    """Whoever withdraws or repairs, by whatever way, orders the same of every receiver that was published to."""
    for kind, action in (("withdrawn", "withdraw"), ("repaired", "repair")):
        name = f"order_{action}"
        ordered = (
            "INSERT INTO record_deliveries (delivery_id, record_id, receiver, action, ordered_at, due_on)"
            f" SELECT '{action}-' || delivery_id, record_id, receiver, '{action}', NEW.at,"
            f" {_plus_days('NEW.decided_on', 3)} FROM record_deliveries"
            " WHERE record_id = NEW.record_id AND action = 'publish'"
        )
        if not _is_postgresql():
            op.execute(
                f"CREATE TRIGGER {name} AFTER INSERT ON record_steps WHEN NEW.kind = '{kind}' BEGIN {ordered}; END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ordered}; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER INSERT ON record_steps FOR EACH ROW"
            f" WHEN (NEW.kind = '{kind}') EXECUTE FUNCTION {name}()"
        )


def _drop_functions() -> None:
    names = [f"guard_{table}_{guard}" for table, guard, _ in _guards()]
    names += [f"guard_{table}_chain" for table in CHAINS]
    names += [f"guard_{table}_append_only_{event}" for table in FROZEN for event in ("update", "delete")]
    names += ["guard_record_deliveries_append_only_delete", "guard_record_deliveries_delivered_once_update"]
    names += ["order_withdraw", "order_repair"]
    for name in names:
        op.execute(f"DROP FUNCTION {name}()")
