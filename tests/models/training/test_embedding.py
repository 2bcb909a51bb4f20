# ruff: noqa: E402  # torch may be missing, and what is tested here needs it
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from detector.embedding import open_embedder
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.registry import ZOO_FOLDER, ModelRegistry
from models.training.embedding import main, read_levels
from models.training.errors import TrainingError
from tests.support.bins import draw_bin


def test_the_shipped_file_is_what_the_tool_makes_of_the_shipped_weights(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path / EMBEDDING_MODEL)]) == 0
    pictures = [draw_bin(is_open=True), draw_bin(is_open=False)]

    made, shipped = (
        open_embedder(ModelRegistry(zoo).load_as(EMBEDDING_MODEL, EmbeddingManifest)).embed(pictures)
        for zoo in (tmp_path, ZOO_FOLDER)
    )

    assert np.abs(made - shipped).max() < 1e-4


def test_levels_are_read_and_others_refused() -> None:
    assert read_levels(["6:2", "8:1"], 128) == ((6, 2), (8, 1))
    for text in ("6", "11:1", "6:3", "a:1"):
        with pytest.raises(TrainingError):
            read_levels([text], 128)


def test_a_file_that_holds_no_weights_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nothing.pt").write_bytes(b"nothing")

    assert main(["--checkpoint", str(tmp_path / "nothing.pt"), "--out", str(tmp_path / "made")]) == 1
    assert "plain tensors" in capsys.readouterr().err
