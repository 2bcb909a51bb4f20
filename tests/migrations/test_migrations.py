"""The revisions lead to exactly the tables of the code, on both databases, forth and back."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import migrations
from alerts.errors import JournalError
from credit.errors import UnknownParentError
from domain.place_check import PlaceStanding
from domain.scope import Scope
from service.storage import migrate
from service.storage.database import Database
from service.storage.errors import SchemaOutdatedError, SchemaTooNewError
from service.storage.metadata import metadata
from service.storage.migrate import current_revision, downgrade, newest_revision, require_current, upgrade
from service.storage.registry import SqlRegistry
from tests.credit.registry_contract import fill
from tests.credit.samples import camera, zone

REPOSITORY = Path(__file__).resolve().parents[2]
VERSIONS = Path(migrations.__file__).parent / "versions"


def difference(database: Database) -> list[Any]:
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def set_revision(database: Database, revision: str) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_the_revisions_lead_to_the_tables_of_the_code(empty_database: Database) -> None:
    assert difference(empty_database) != []

    upgrade(empty_database)

    assert difference(empty_database) == []
    assert tables(empty_database) == {*metadata.tables, "alembic_version"}


def test_both_ways_to_the_tables_have_the_same_indexes_and_keys(empty_database: Database) -> None:
    """compare_metadata looks at neither conditions of indexes nor names of keys."""

    def shape() -> dict[str, Any]:
        with empty_database.reading() as connection:
            found = inspect(connection)
            return {
                name: (
                    sorted(_index(each) for each in found.get_indexes(name)),
                    sorted(found.get_foreign_keys(name), key=str),
                    sorted(found.get_unique_constraints(name), key=str),
                    found.get_pk_constraint(name),
                    [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
                )
                for name in metadata.tables
            }

    upgrade(empty_database)
    migrated = shape()
    downgrade(empty_database, "base")
    with empty_database.transaction() as connection:
        metadata.create_all(connection)

    assert _with_sorted_columns(shape()) == _with_sorted_columns(migrated)


def _index(found: Any) -> str:
    options = sorted(f"{name}: {value}" for name, value in found["dialect_options"].items())
    return f"{found['name']} {found['column_names']} {found['unique']} {options}"


def _with_sorted_columns(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: (*parts[:-1], sorted(parts[-1])) for name, parts in shape.items()}


def test_down_and_up_again_is_the_same(empty_database: Database) -> None:
    upgrade(empty_database)
    downgrade(empty_database, "base")
    assert tables(empty_database) == {"alembic_version"}
    assert current_revision(empty_database) is None

    upgrade(empty_database)
    assert difference(empty_database) == []


def test_a_second_upgrade_changes_nothing(empty_database: Database) -> None:
    upgrade(empty_database)
    fill(SqlRegistry(empty_database))
    upgrade(empty_database)

    assert SqlRegistry(empty_database).get_camera(camera(1).camera_id, Scope.everything()) == camera(1)
    assert current_revision(empty_database) == newest_revision()


def test_other_peoples_tables_stay(empty_database: Database) -> None:
    with empty_database.transaction() as connection:
        connection.execute(text("CREATE TABLE theirs (x INTEGER)"))
    upgrade(empty_database)
    downgrade(empty_database, "base")

    assert tables(empty_database) == {"alembic_version", "theirs"}


# What is not right


def test_a_database_of_a_newer_version_is_left_alone(empty_database: Database) -> None:
    upgrade(empty_database)
    set_revision(empty_database, "9999")
    before = tables(empty_database)

    with pytest.raises(SchemaTooNewError, match="schema 9999, which this version does not know") as caught:
        upgrade(empty_database)
    with pytest.raises(SchemaTooNewError):
        downgrade(empty_database, "base")
    with pytest.raises(SchemaTooNewError):
        require_current(empty_database)
    assert (caught.value.found_revision, caught.value.known_revision) == ("9999", newest_revision())
    assert tables(empty_database) == before


def test_a_database_that_was_not_upgraded_is_said_so(empty_database: Database) -> None:
    with pytest.raises(SchemaOutdatedError, match="at schema nothing") as caught:
        require_current(empty_database)
    assert caught.value.found_revision is None

    upgrade(empty_database)
    require_current(empty_database)
    assert current_revision(empty_database) == newest_revision()


FAILS = """
    op.create_table("half", sa.Column("x", sa.Integer()))
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("SELECT * FROM nowhere")
"""
REBUILDS = """
    with op.batch_alter_table("cameras") as batch:
        batch.alter_column("is_enabled", existing_type=sa.Boolean(), nullable=True)
"""
UNDOES = """
    with op.batch_alter_table("cameras") as batch:
        batch.alter_column("is_enabled", existing_type=sa.Boolean(), nullable=False)
"""


def add_revision(monkeypatch: pytest.MonkeyPatch, folder: Path, *, up: str, down: str) -> None:
    """Let a copy of the revisions be used that has one more, 9999, at its end."""
    newest = newest_revision()
    _copy(VERSIONS.parent, folder)
    (folder / "versions" / "9999_next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '9999', {newest!r}\n"
        f"def upgrade():{up}\ndef downgrade():{down}\n"
    )
    monkeypatch.setattr(migrate, "files", lambda _: folder)


def test_a_revision_that_fails_leaves_nothing_behind(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    upgrade(empty_database)
    before, revision = tables(empty_database), current_revision(empty_database)
    add_revision(monkeypatch, tmp_path / "copy", up=FAILS, down=" pass")

    with pytest.raises(JournalError, match="nowhere"):
        upgrade(empty_database)

    assert tables(empty_database) == before
    assert current_revision(empty_database) == revision


def test_a_table_that_is_rebuilt_keeps_what_refers_to_it(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Zones leave with their camera, also with a table of cameras that is dropped for its altered copy."""
    upgrade(empty_database)
    registry = SqlRegistry(empty_database)
    fill(registry)
    add_revision(monkeypatch, tmp_path / "copy", up=REBUILDS, down=UNDOES)
    upgrade(empty_database)

    assert current_revision(empty_database) == "9999"
    assert [len(registry.list_zones(each.camera_id)) for each in registry.list_cameras(Scope.everything())] == [1, 1, 1]
    with pytest.raises(UnknownParentError):
        registry.add_zone(zone(9, of=9))
    downgrade(empty_database, "-1")
    assert difference(empty_database) == []


def test_cameras_that_were_there_before_anybody_was_asked_go_on_and_say_so(empty_database: Database) -> None:
    upgrade(empty_database)
    registry = SqlRegistry(empty_database)
    fill(registry)
    revision = ScriptDirectory(str(VERSIONS.parent)).get_revision("0007")
    assert revision is not None
    assert isinstance(revision.down_revision, str)
    downgrade(empty_database, revision.down_revision)
    upgrade(empty_database)
    cameras = registry.list_cameras(Scope.everything())
    assert {each.place.standing for each in cameras} == {PlaceStanding.UNKNOWN}
    assert all(each.is_watched == each.is_enabled for each in cameras)


# Several at once, and from anywhere

UPGRADE = """
import sys
from service.storage.database import Database
from service.storage.migrate import current_revision, upgrade

print("ready", flush=True)
sys.stdin.readline()
database = Database(sys.argv[1])
upgrade(database)
print(current_revision(database))
"""


def start(url: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", UPGRADE, url],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_upgrade_at_the_same_moment_do_not_disturb_each_other(
    empty_database: Database, url: str, tmp_path: Path
) -> None:
    processes = [start(url, tmp_path) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], ends
    assert {output.splitlines()[-1] for output, _ in ends} == {newest_revision()}
    assert difference(empty_database) == []


def test_the_revisions_are_one_line_without_forks() -> None:
    script = ScriptDirectory(str(VERSIONS.parent))

    assert script.get_heads() == [newest_revision()]
    assert [revision.revision for revision in script.walk_revisions()][-1] == "0001"


def test_a_new_revision_is_written_from_the_difference(tmp_path: Path) -> None:
    """`python -m migrations` in a copy of the packages, after a column was added to the code's tables."""
    for name in ("alerts", "api", "credit", "domain", "migrations", "models", "service", "streams", "detector"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    for name in ("migrations", "service"):
        (tmp_path / name).unlink()
        _copy(REPOSITORY / name, tmp_path / name)
    rows = tmp_path / "service" / "storage" / "rows.py"
    rows.write_text(
        rows.read_text().replace(
            '    Column("topic", Text(),', '    Column("extra", UtcDateTime()),\n    Column("topic", Text(),'
        )
    )
    number = f"{1 + max(int(path.name[:4]) for path in VERSIONS.glob('[0-9]*.py')):04d}"

    done = subprocess.run(
        [sys.executable, "-m", "migrations", "an extra column"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    written = (tmp_path / "migrations" / "versions" / f"{number}_an_extra_column.py").read_text()
    assert "batch_op.add_column(sa.Column('extra', sa.DateTime(timezone=True), nullable=True))" in written
    compile(written, "revision", "exec")


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and path.suffix in {".py", ".mako"}:
            copied = target / path.relative_to(source)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
