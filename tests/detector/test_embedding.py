import numpy as np
import pytest

from detector.embedding import cut_out, open_embedder, surrounding_box
from detector.errors import NetworkError
from detector.head_testing import GridSession, make_embedder
from detector.pictures import PixelPicture
from domain.geometry import Box, Point, Polygon
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.errors import ModelFormatError
from models.registry import ModelRegistry
from tests.support.bins import REGION, draw_bin


def test_the_shipped_network_gives_unit_vectors_that_do_not_depend_on_their_batch() -> None:
    loaded = ModelRegistry().load_as(EMBEDDING_MODEL, EmbeddingManifest)
    embedder = open_embedder(loaded)
    pictures = [draw_bin(is_open=bool(seed % 2), seed=seed) for seed in range(5)]

    together = embedder.embed(pictures)

    assert together.shape == (5, loaded.manifest.dimensions)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.concatenate([embedder.embed([one]) for one in pictures]) == pytest.approx(together, abs=1e-4)


def test_the_shipped_network_tells_a_drawn_lid_from_an_open_one() -> None:
    embedder = open_embedder(ModelRegistry().load_as(EMBEDDING_MODEL, EmbeddingManifest))
    box = surrounding_box(REGION)
    cuts = [cut_out(PixelPicture(draw_bin(is_open=seed < 4, seed=seed)), box) for seed in range(8)]

    rows = embedder.embed(cuts)

    products = rows @ rows.T
    for seed in range(8):
        same = [other for other in range(8) if (other < 4) == (seed < 4) and other != seed]
        others = [other for other in range(8) if (other < 4) != (seed < 4)]
        assert products[seed, same].mean() > products[seed, others].mean()


def test_no_pictures_are_no_rows() -> None:
    assert make_embedder().embed([]).shape == (0, 192)


def test_a_network_of_another_shape_than_its_manifest_promises_is_refused() -> None:
    loaded = ModelRegistry().load_as(EMBEDDING_MODEL, EmbeddingManifest)
    manifest = loaded.manifest.model_copy(update={"dimensions": loaded.manifest.dimensions + 1})

    with pytest.raises(ModelFormatError, match=r"output of shape \(1, 769\)"):
        open_embedder(type(loaded)(manifest=manifest, path=loaded.path))


def test_a_network_that_fails_says_so() -> None:
    session = GridSession()
    session.is_broken = True

    with pytest.raises(NetworkError):
        make_embedder(session).embed([draw_bin(is_open=True)])


@pytest.mark.parametrize(
    ("left", "top", "right", "bottom"),
    [(0.4, 0.4, 0.6, 0.6), (0.0, 0.0, 0.3, 1.0), (0.9, 0.9, 1.0, 1.0)],
    ids=["inside", "at the left edge", "in the corner"],
)
def test_a_region_is_cut_with_some_margin_and_never_beyond_the_frame(
    left: float, top: float, right: float, bottom: float
) -> None:
    region = Polygon((Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)))

    box = surrounding_box(region)

    assert Box(left, top, right, bottom).share_inside(box) == pytest.approx(1.0)
    assert box.width <= (right - left) * 1.2 + 1e-9


def test_a_cut_shows_its_part_of_the_picture_and_large_pictures_are_scaled_down_first() -> None:
    pixels = np.zeros((1080, 1920, 3), dtype=np.uint8)
    pixels[:540, 960:] = 200

    cut = cut_out(PixelPicture(pixels), Box(0.5, 0.0, 1.0, 0.5))

    assert (cut.shape[0], cut.shape[2]) == (256, 3)
    assert cut.shape[1] == pytest.approx(256 * 16 / 9, abs=1)
    assert cut.mean() > 195


def test_a_region_of_a_few_pixels_is_refused_with_its_size() -> None:
    with pytest.raises(ValueError, match="at least 8 px, found 6x4 px"):
        cut_out(PixelPicture(np.zeros((40, 60, 3), dtype=np.uint8)), Box(0.0, 0.0, 0.1, 0.1))
