"""A centre that listens, and edges with a token."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.storage.database import Database
from service.storage.migrate import upgrade
from tests.service.edge.sides import CentreSide, EdgeSide, folder_with_tables


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "brightkitchen.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def centre(tmp_path: Path, template: Path) -> Iterator[CentreSide]:
    side = CentreSide(folder_with_tables(template, tmp_path / "centre"))
    yield side
    side.database.close()


@pytest.fixture
def url(centre: CentreSide) -> Iterator[str]:
    with centre.served() as address:
        yield address


EdgeMaker = Callable[..., EdgeSide]


@pytest.fixture
def make_edge(centre: CentreSide, url: str, tmp_path: Path, template: Path) -> Iterator[EdgeMaker]:
    made: list[EdgeSide] = []

    def make(name: str = "shop-1", *codes: str, token: str | None = None) -> EdgeSide:
        folder = folder_with_tables(template, tmp_path / f"{name}-{len(made)}")
        edge = EdgeSide(folder, url=url, token=token or centre.add_node(name, *codes))
        edge.enter_cameras()
        made.append(edge)
        return edge

    yield make
    for edge in made:
        edge.line.close()
        edge.database.close()


@pytest.fixture
def edge(make_edge: EdgeMaker) -> EdgeSide:
    return make_edge()
