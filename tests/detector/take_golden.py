"""`python -m tests.detector.take_golden kitchen-n-int8`: write down what a network sees in the drawn picture.

For networks that change with every training. Look at the figures before you commit them: they are what the tests
will hold the network to.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from detector.detector import Detector
from detector.letterbox import Letterbox, PlaneWriter
from detector.sessions import open_session
from detector.settings import DetectorSettings
from models.registry import LoadedModel, ModelRegistry
from tests.detector.drawn import drawn_kitchen

FOLDER = Path(__file__).parent / "golden"
FLOOR = 0.05


def golden(loaded: LoadedModel) -> dict[str, Any]:
    """The surest detection, edges in fractions, and the best score of each label in the raw output."""
    session, manifest = open_session(loaded), loaded.manifest
    detector = Detector(session, manifest, DetectorSettings(), floors=dict.fromkeys(manifest.label_names, FLOOR))
    (answer,) = detector.look([drawn_kitchen()])
    letterbox = Letterbox.for_network(1280, 720, manifest.input)
    (output,) = session.infer(PlaneWriter(manifest.input).write([drawn_kitchen()], letterbox))
    found = (answer or ())[0]
    box = found.box
    return {
        "sha256": manifest.sha256,
        "label": found.label,
        "confidence": round(found.confidence, 4),
        "edges": [round(edge, 5) for edge in (box.left, box.top, box.right, box.bottom)],
        "maxima": {
            name: round(float(best), 4)
            for name, best in zip(manifest.label_names, np.max(output[4:], axis=1), strict=True)
        },
    }


def main(names: list[str]) -> None:
    for name in names:
        document = json.dumps(golden(ModelRegistry().load(name)), indent=1)
        (FOLDER / f"{name}.json").write_text(f"{document}\n", encoding="utf-8")
        sys.stdout.write(f"{document}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
