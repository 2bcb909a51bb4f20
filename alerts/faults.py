"""What is wrong with data files: the first fault raises, or all of them are collected."""

from collections.abc import Iterator
from contextlib import contextmanager

from alerts.errors import CatalogueError


class Faults:
    """By default a fault goes on to the caller. With `collects` reading goes on behind it and `found` has all."""

    def __init__(self, *, collects: bool = False) -> None:
        self._collects = collects
        self.found: list[CatalogueError] = []

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Around the reading of one part that the others do without."""
        try:
            yield
        except CatalogueError as error:
            if not self._collects:
                raise
            self.found.append(error)
