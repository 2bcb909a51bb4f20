from pathlib import Path

import pytest

from models.embedding import EMBEDDING_MODEL
from models.errors import ModelNotFoundError
from models.registry import ModelRegistry
from service.head_desk import FaceMask, load_embedding
from service.settings import load_settings
from tests.support.bins import HEIGHT, WIDTH, draw_bin


def test_a_folder_of_own_networks_without_an_embedding_falls_back_on_the_shipped_one(tmp_path: Path) -> None:
    settings = load_settings(models_folder=tmp_path)

    assert load_embedding(settings).manifest.name == EMBEDDING_MODEL


def test_an_embedding_that_is_nowhere_stops_the_start(tmp_path: Path) -> None:
    settings = load_settings(models_folder=tmp_path, detector={"heads": {"embedding": "elsewhere"}})

    with pytest.raises(ModelNotFoundError):
        load_embedding(settings)


def test_a_cut_out_without_people_passes_the_mask_in_its_size() -> None:
    mask = FaceMask(ModelRegistry().load("kitchen-n"))

    assert mask(draw_bin(is_open=True)).shape == (HEIGHT, WIDTH, 3)
