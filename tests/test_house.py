"""Rules of the house that no tool knows: the shape of the repository, and that its documents keep their word."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checkout import REPOSITORY, packages, tracked_files

LONGEST_MODULE_LINES = 400
LONGEST_FUNCTION_LINES = 80

# In pieces, so that the check finds nothing in this very file.
REGISTRY = ("pypi", "org")
LOCAL = ("", "work", "shared")


def _relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def _source_files() -> list[Path]:
    return [path for path in tracked_files(*packages(), "bench", "scripts") if path.suffix == ".py"]


def _documents() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


# Files


def test_no_file_is_too_large_or_names_a_registry_or_one_machine() -> None:
    command = [sys.executable, "scripts/check_files.py", *map(str, tracked_files())]

    found = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("line", [f"--index-url https://{'.'.join(REGISTRY)}/simple", f"a = '{'/'.join(LOCAL)}/data'"])
def test_a_registry_or_a_path_of_one_machine_is_found(tmp_path: Path, line: str) -> None:
    sample = tmp_path / "sample.txt"
    sample.write_text(f"fine\n{line}\n")

    found = subprocess.run(
        [sys.executable, "scripts/check_files.py", str(sample)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 1
    assert f"{sample}:2" in found.stdout


def test_a_file_of_more_than_12_mb_is_refused(tmp_path: Path) -> None:
    sample = tmp_path / "network.onnx"
    sample.write_bytes(bytes(12_000_001))

    found = subprocess.run([sys.executable, "scripts/check_files.py", str(sample)], cwd=REPOSITORY, check=False)

    assert found.returncode == 1


# Code


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in tracked_files("tests") if path.suffix == ".py"}

    assert [_relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_every_package_says_that_it_is_typed() -> None:
    code = [name for name in packages() if name != "migrations"]

    assert [name for name in code if not (REPOSITORY / name / "py.typed").is_file()] == []


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {_relative(path): len(path.read_text("utf-8").splitlines()) for path in _source_files()}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE_LINES} == {}


def test_no_function_is_longer_than_80_lines() -> None:
    long = [
        f"{_relative(path)}:{node.lineno} {node.name}"
        for path in _source_files()
        if path.parent.name != "versions"  # a migration is a list of tables
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > LONGEST_FUNCTION_LINES
    ]

    assert long == []


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_suppressed_warning_names_its_code() -> None:
    bare = re.compile(r"#\s*(type:\s*ignore|noqa)(?!\[|:\s*[A-Z])")
    found = [
        f"{_relative(path)}:{number}"
        for path in tracked_files(*packages(), "tests", "bench", "scripts")
        if path.suffix == ".py" and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if bare.search(line)
    ]

    assert found == []


def test_the_arrows_between_packages_hold() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout


# Documents

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)


def _anchors(document: Path) -> set[str]:
    """Names of a document's headings as GitHub makes them."""
    prose = FENCE.sub("", document.read_text("utf-8"))
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken_links(document: Path) -> list[str]:
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (document.parent / name).resolve() if name else document
        if not linked.exists() or (anchor and linked.suffix == ".md" and anchor not in _anchors(linked)):
            broken.append(f"{_relative(document)}: {target}")
    return broken


def test_every_link_between_documents_leads_somewhere() -> None:
    assert [link for document in _documents() for link in _broken_links(document)] == []


def test_a_broken_link_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_house.REPOSITORY", tmp_path)
    document = tmp_path / "page.md"
    document.write_text("# A title\n[good](#a-title) [gone](nowhere.md) [wrong](#no-title)\n")

    assert _broken_links(document) == ["page.md: nowhere.md", "page.md: #no-title"]


@pytest.mark.parametrize("name", ["README", "docs/quickstart"])
def test_the_chinese_twin_has_the_same_sections_and_commands(name: str) -> None:
    english, chinese = (REPOSITORY / f"{name}{suffix}" for suffix in (".md", ".zh-CN.md"))

    assert _shape(english) == _shape(chinese)


def _shape(document: Path) -> tuple[list[str], list[str]]:
    """Levels of the headings, and the commands in fenced blocks without their comments."""
    text = document.read_text("utf-8")
    levels = re.findall(r"^(#{1,6})\s", FENCE.sub("", text), re.MULTILINE)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    commands = [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return levels, [command for command in commands if command and not command.startswith("#")]


def test_every_decision_has_its_five_parts() -> None:
    wanted = ["Context", "Decision", "Consequences", "Alternatives", "References"]
    decisions = sorted((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))

    parts = {path.name: re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE) for path in decisions}

    assert decisions != []
    assert {name: found for name, found in parts.items() if found != wanted} == {}


def test_every_decision_is_in_the_index() -> None:
    folder = REPOSITORY / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")

    assert [path.name for path in folder.glob("[0-9]*.md") if f"({path.name})" not in index] == []
