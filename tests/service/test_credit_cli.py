"""`brightkitchen credit …` on a database of its own."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from typer.testing import CliRunner

from credit.ledger import SUPERVISION
from domain.credit_code import CreditCode
from service.cli import app
from service.storage.credit_books import SqlCreditBooks
from service.storage.database import Database

RUNNER = CliRunner()


def run(*arguments: str, data: Path) -> tuple[int, str]:
    done = RUNNER.invoke(app, ["credit", *arguments, "--data", str(data)])
    return done.exit_code, done.output


def test_a_demo_year_is_added_once_its_chains_are_whole_and_its_people_cannot_log_in(tmp_path: Path) -> None:
    data = tmp_path / "var"

    first = run("demo-year", "--enterprises", "1", data=data)
    again = run("demo-year", "--enterprises", "1", data=data)
    verified = run("verify", data=data)

    assert (first[0], "1 invented enterprises" in first[1]) == (0, True)
    assert (again[0], "0 invented enterprises" in again[1]) == (0, True)
    assert verified[0] == 0
    assert verified[1].count("whole") == 4
    listed = RUNNER.invoke(app, ["user", "list", "--data", str(data)]).output
    assert listed.count("inactive") == 3


def test_reports_of_the_last_month_are_written_as_files_that_open(tmp_path: Path) -> None:
    data, out = tmp_path / "var", tmp_path / "reports"
    assert run("demo-year", "--enterprises", "1", data=data)[0] == 0
    store = Database(f"sqlite:///{data}/brightkitchen.db")
    with store.reading() as connection:
        enterprise = connection.exec_driver_sql("SELECT enterprise_id FROM enterprises").scalar_one()
    store.close()

    of_all = run("report", "--out", str(out), data=data)
    of_one = run("report", "--period", "yesterday", "--enterprise", enterprise, "--format", "pdf", "--language", "en",
                 "--out", str(out), data=data)  # fmt: skip

    assert (of_all[0], of_one[0]) == (0, 0), of_all[1] + of_one[1]
    assert sorted(file.suffix for file in out.iterdir()) == [".pdf", ".pdf", ".xlsx"]
    texts = [PdfReader(file).pages[0].extract_text() for file in sorted(out.glob("*.pdf"))]
    assert any("报告" in text for text in texts)
    assert any("report" in text.lower() for text in texts)
    assert all(load_workbook(file).sheetnames for file in out.glob("*.xlsx"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--period", "October"], "yesterday or last-month"),
        (["--period", "2999-01"], "has begun"),
        (["--enterprise", "nobody"], "found nobody"),
    ],
    ids=["no period", "not begun", "unknown"],
)
def test_a_report_that_cannot_be_made_is_told_in_words(tmp_path: Path, arguments: list[str], told: str) -> None:
    status, said = run("report", *arguments, "--out", str(tmp_path / "out"), data=tmp_path / "var")

    assert status == 2, said
    assert told in " ".join(said.split())
    assert not (tmp_path / "out").exists()


def test_a_broken_chain_is_named_with_its_entry(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert run("demo-year", "--enterprises", "1", data=data)[0] == 0
    database = Database(f"sqlite:///{data}/brightkitchen.db")
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER guard_supervision_entries_append_only_update")
        connection.exec_driver_sql("UPDATE supervision_entries SET day = '2020-01-01' WHERE number = 5")
    assert SqlCreditBooks(database).first_broken(SUPERVISION) == 5
    database.close()

    status, said = run("verify", data=data)

    assert status == 1
    assert "supervision: broken at entry 5" in said


def test_enterprises_are_imported_all_or_none(tmp_path: Path) -> None:
    table = tmp_path / "firms.csv"
    table.write_text(f"credit_code,name\n{CreditCode.generated(1)},示例一店\n91310115MA1G4L1WXK,示例二店\n", "utf-8")
    data = tmp_path / "var"

    refused = run("import-enterprises", str(table), data=data)
    stored = run("import-enterprises", str(table), "--skip-faulty", data=data)

    assert refused[0] == 1
    assert "row 3, column credit_code" in refused[1]
    assert "nothing was stored" in refused[1]
    assert "stored: 1 new" in stored[1]
