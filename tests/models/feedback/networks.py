"""Folders of networks whose files are no networks: enough for the registry."""

import hashlib
from pathlib import Path

import yaml

from models.registry import MANIFEST_NAME, LoadedModel, ModelRegistry


def write_network(folder: Path) -> LoadedModel:
    """A network with one label, a card, and a work folder with a picture."""
    (folder / "work").mkdir(parents=True)
    (folder / "work" / "picture.jpg").write_bytes(b"somebody")
    (folder / "CARD.md").write_text("# a card\n")
    (folder / f"{folder.name}.onnx").write_bytes(b"weights")
    document = {
        "name": folder.name,
        "version": "1",
        "file": f"{folder.name}.onnx",
        "sha256": hashlib.sha256(b"weights").hexdigest(),
        "format": "onnx",
        "head": "nms",
        "input": {"stride": 32, "longest_side_px": 416},
        "labels": [{"name": "rodent", "threshold": 0.4}],
        "licence": "AGPL-3.0",
        "training": {"architecture": "none", "started_from": "nothing", "epochs": 0, "longest_side_px": 416},
        "sources": [],
    }
    (folder / MANIFEST_NAME).write_text(yaml.safe_dump(document))
    return ModelRegistry(folder.parent).load(folder.name)
