"""YAML that remembers where each value stands, so that an error can name file, line and field.

Which error is the reader's choice: a package binds its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
Blame = Callable[[str, str, object], Exception]
"""(where, expected, found) -> the error to raise."""

# The loader in C, where PyYAML was built with it, is ten times as fast; both know where each value stands.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Marked:
    """One value of a file. Each reader method raises what `blame` makes of file, line, field, expected and found.

    With `shows_columns` the place is file:line:column, both counted from 1.
    """

    file: str
    field: str
    node: yaml.Node
    blame: Blame
    shows_columns: bool = False

    @property
    def where(self) -> str:
        return f"{_place(self.file, self.node.start_mark, self.shows_columns)} {self.field}".rstrip()

    def fail(self, expected: str, found: object = None) -> Exception:
        """The error that this value is not what was expected (raise it)."""
        return self.blame(self.where, expected, self._shown() if found is None else found)

    def _shown(self) -> object:
        if isinstance(self.node, yaml.ScalarNode):
            return self.node.value
        return "a mapping" if isinstance(self.node, yaml.MappingNode) else "a list"

    def fields(self, allowed: Iterable[str], needed: Iterable[str] = ()) -> dict[str, "Marked"]:
        """The entries of a mapping by name; unknown, missing and doubled names are errors."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fail("a mapping")
        names = tuple(allowed)
        found: dict[str, Marked] = {}
        for key, value in self.node.value:
            at_key = self._at(key, self.field)
            name = at_key.text()
            if name not in names:
                raise at_key.fail(f"one of the fields {', '.join(names)}", name)
            if name in found:
                raise at_key.fail("each field once", name)
            found[name] = self._at(value, f"{self.field}.{name}".lstrip("."))
        for name in needed:
            if name not in found:
                raise self.fail(f"the field {name}", "no such field")
        return found

    def items(self) -> list["Marked"]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fail("a list")
        return [self._at(item, f"{self.field}[{place}]") for place, item in enumerate(self.node.value)]

    def _at(self, node: yaml.Node, field: str) -> "Marked":
        return Marked(self.file, field, node, self.blame, self.shows_columns)

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or not str(self.node.value).strip():
            raise self.fail("a text")
        return str(self.node.value)

    def flag(self) -> bool:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.value not in {"true", "false"}:
            raise self.fail("true or false")
        return bool(self.node.value == "true")

    def number(self, *, minimum: float = 0.0) -> float:
        value = self._parsed(float, "a number")
        if not minimum <= value < float("inf"):
            raise self.fail(f"a number of at least {minimum:g}")
        return value

    def whole_number(self, *, minimum: int = 0) -> int:
        value = self._parsed(int, "a whole number")
        if value < minimum:
            raise self.fail(f"a whole number of at least {minimum}")
        return value

    def choice(self, choices: type[E]) -> E:
        try:
            return choices(self.text())
        except ValueError:
            raise self.fail(f"one of {', '.join(choices)}") from None

    def day(self) -> date:
        return self._parsed(date.fromisoformat, "a day such as 2026-10-01")

    def signed_number(self, minimum: float, maximum: float) -> float:
        value = self._parsed(float, "a number")
        if not minimum <= value <= maximum:
            raise self.fail(f"a number in [{minimum:g}, {maximum:g}]")
        return value

    def texts(self) -> tuple[str, ...]:
        values = tuple(item.text() for item in self.items())
        if len(set(values)) != len(values):
            raise self.fail("no entry twice", ", ".join(values))
        return values

    def _parsed(self, parse: Callable[[str], T], expected: str) -> T:
        try:
            return parse(self.text())
        except ValueError:
            raise self.fail(expected) from None


def read_marked(path: Path, blame: Blame, *, shows_columns: bool = False, name: str = "") -> Marked:
    """The document of one file, called `name` in errors (default: its own).

    Raises the blamed error if it cannot be read or is no YAML.
    """
    shown = name or path.name

    def place(mark: yaml.Mark | None) -> str:
        return _place(shown, mark, shows_columns)

    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise blame(place(error.problem_mark), "YAML", error.problem) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise blame(place(None), "YAML in UTF-8", type(error).__name__) from error
    except OSError as error:
        raise blame(shown, "a readable file", error.strerror) from error
    if node is None:
        raise blame(place(None), "a mapping", "an empty file")
    return Marked(shown, "", node, blame, shows_columns)


def _place(file: str, mark: yaml.Mark | None, shows_columns: bool) -> str:
    """`file:line`, and the column after it where it is wanted; a mark that is not known is the file's start."""
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return f"{file}:{line}:{column}" if shows_columns else f"{file}:{line}"
