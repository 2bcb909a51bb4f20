"""Long lists in pieces: SQLite takes a bounded number of parameters in one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_PAGE = 300


def in_pages(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in their order, a few hundred at a time; none for none."""
    return (items[start : start + _PAGE] for start in range(0, len(items), _PAGE))
