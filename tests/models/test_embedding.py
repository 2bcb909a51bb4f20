from typing import Any

import pytest
from pydantic import ValidationError

from detector.head_testing import make_embedding_manifest
from models.embedding import EMBEDDING_MODEL, EmbeddingManifest
from models.manifest import NetworkKind
from models.registry import ModelRegistry


def test_the_shipped_embedding_is_found_by_its_kind_and_is_no_detector() -> None:
    registry = ModelRegistry()

    assert registry.names(NetworkKind.EMBEDDING) == [EMBEDDING_MODEL]
    assert EMBEDDING_MODEL not in registry.names()


def test_the_shipped_embedding_is_small_and_says_how_good_heads_on_it_are() -> None:
    loaded = ModelRegistry().load_as(EMBEDDING_MODEL, EmbeddingManifest)

    assert loaded.path.stat().st_size < 6_000_000
    assert {one.examples for one in loaded.manifest.quality} == {5, 10, 20}
    assert loaded.manifest.sha256 in (loaded.path.parent / "CARD.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"input": {"stride": 32, "longest_side_px": 128}}, "fixed_size"),
        ({"dimensions": 1}, "dimensions"),
        ({"kind": "detector"}, "kind"),
        ({"labels": []}, "labels"),
    ],
    ids=["free size", "one number", "a detector", "labels"],
)
def test_a_manifest_that_is_none_is_refused(changes: dict[str, Any], expected: str) -> None:
    document = make_embedding_manifest().model_dump(mode="json") | changes

    with pytest.raises(ValidationError, match=expected):
        EmbeddingManifest.model_validate(document)
