"""A process that raises alert after alert, evidence after each, until it is killed.

python -m tests.service.storage.recorder_writer <database address> <folder of evidence> <number of this process>

It prints a camera's name once its alert is on record, which is when faces are looked for.
"""

import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import structlog

from alerts.evidence import LocalEvidenceStore
from alerts.testing import FixedFaces
from domain.geometry import Box
from domain.ids import CameraId
from service.identity import new_id
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from tests.alerts.kit import Kit, camera
from tests.alerts.scenes import rat


class Crier(FixedFaces):
    """Says which camera's still is being made."""

    def __init__(self) -> None:
        super().__init__()
        self.camera_id = ""

    def find(self, pixels: Any) -> Sequence[Box]:
        print(self.camera_id, flush=True)
        return super().find(pixels)


def kitchen(database: Database, evidence: Path, faces: FixedFaces) -> Kit:
    return Kit(
        evidence.parent,
        real_journal=SqlAlertJournal(database),
        store=LocalEvidenceStore(evidence, minimum_free_bytes=0),
        faces=faces,
        new_id=new_id,
        still_follows=True,
    )


def main() -> None:
    structlog.configure(processors=[lambda *_: (_ for _ in ()).throw(structlog.DropEvent())])
    crier = Crier()
    kit = kitchen(Database(sys.argv[1]), Path(sys.argv[2]), crier)
    for number in count(1):
        crier.camera_id = CameraId(f"camera-{sys.argv[3]}-{number}")
        kit.watch(camera(crier.camera_id))
        kit.see(rat(), seconds=2, camera_id=crier.camera_id)
        kit.recorder.work()


if __name__ == "__main__":
    main()
