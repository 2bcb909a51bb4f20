"""The process stays small: nothing is loaded that nobody uses, and freed memory goes back to the system."""

import subprocess
import sys

from tests.support.shared import REPOSITORY

_MEGABYTES = 2**20
UNUSED = (
    "alembic", "amqtt", "cryptography", "docx", "fpdf", "mako", "PIL", "psycopg", "pygments", "pypdfium2",
    "rapidocr", "rich", "scipy", "segno", "torch", "xlsxwriter",
)  # fmt: skip


def test_what_most_installations_never_use_is_not_loaded_with_the_service() -> None:
    code = f"import sys, service.assembly; print([name for name in {UNUSED} if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )
    assert said.stdout.strip() == "[]"


def test_freed_memory_is_handed_back_where_something_later_is_still_in_use() -> None:
    code = f"""
import os
from bench.processes import resident_bytes
from service.memory import hand_back, keep_few_arenas
keep_few_arenas()
blocks = [bytearray(3000) for _ in range(30_000)]
kept = [bytearray(3000) for _ in range(10)]
del blocks
before = resident_bytes([os.getpid()])
hand_back()
print((before - resident_bytes([os.getpid()])) // {_MEGABYTES})
"""
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )
    assert int(said.stdout) > 40


def test_the_pretty_libraries_that_logging_leaves_out_can_be_loaded_by_those_who_want_them() -> None:
    code = "import sys, service, structlog.dev; print('rich' in sys.modules); import rich.console, typer.rich_utils"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )
    assert said.stdout.strip() == "False"
