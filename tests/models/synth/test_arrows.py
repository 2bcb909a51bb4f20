import ast
from collections.abc import Iterator

from tests.support.checkout import REPOSITORY

BLENDER = {"bpy", "mathutils"}


def imports_of_blender() -> Iterator[str]:
    """Every module of the networks' package that names Blender's modules."""
    for path in sorted((REPOSITORY / "models").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if BLENDER & {name.split(".")[0] for name in names}:
                yield path.relative_to(REPOSITORY).as_posix()


def test_only_one_package_knows_blender() -> None:
    found = set(imports_of_blender())
    assert found
    assert all(name.startswith("models/synth/blender/") for name in found)
