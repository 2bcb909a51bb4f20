"""What must be blurred in a still before it is stored: every face that is found, and heads where faces are not.

Privacy comes before a pretty picture, so confidences far below the alerting thresholds count here, the picture is
looked at in several sizes (a network trained at 320 px misses near faces in a large picture and far ones in a
small picture), and of each person box the part where a head belongs is blurred even if no face was seen.

Measured through this file with kitchen-n 2 on validation pictures: of the 538 labelled faces of
facemask_ilc2021 and facemask_kaggle853 (448 px; 105 of them under 20 px high) 99.4 % are covered to 80 % or more,
of the 176 heads and helmets of helmet_shahizat 95.5 %. The price: in the crowds of the first two 47 % of the picture
is blurred where the faces themselves are 9 %, and 19 % of the 157 rodents of rat_fra_uas are covered by more than
half. Some faces do stay unblurred: a still is personal data, blurred or not.
"""

from collections.abc import Iterator

import numpy as np

from detector.detector import Detector
from detector.errors import PictureNotJudgedError
from detector.pictures import PixelPicture
from detector.ports import NetworkSession
from detector.settings import DetectorSettings
from domain.detection import Detection
from domain.frame import Pixels
from domain.geometry import Box
from models.manifest import ModelManifest

FACE_LABELS = frozenset({"face_masked", "face_unmasked", "face_mask_misworn"})
HEAD_LABELS = frozenset({"head_bare", "helmet"})
PERSON_LABEL = "person"
# What surely is one of these is no head: without this, half of every fourth rat was blurred out of its own evidence.
RIVAL_LABELS = frozenset({"rodent", "cockroach", "cat", "dog", "bin", "bin_overflowing", "garbage"})
RIVAL_OVERLAP = 0.5  # intersection over union
# Nobody's face is behind these, as it may be behind a cat that is held: what would be blurred gives way to them where
# half of it is in their box, which leaves a fifth of the rats covered instead of a third, and no face less.
PEST_LABELS = frozenset({"rodent", "cockroach"})
PEST_SHARE = 0.5  # of the blurred part

LONGEST_SIDES_PX = (416, 640, 960)
TILED_FROM_PX = 1280  # longest side above which a still is looked at in four overlapping quarters as well
TILE_SHARE = 0.55  # of each side: neighbours share a tenth of the picture, so a face on the seam is whole in one
HEAD_CONFIDENCE = 0.05
PERSON_CONFIDENCE = 0.1
MARGIN = 0.15  # of a face box's sides, on each side: labelled faces end at the chin and the hair line
# Of 86 surely seen faces on idenprof_headwear 80 % end within 0.34 of the person box's height from its top.
HEAD_OF_HEIGHT = 0.35
# A whole standing person is 3 to 4 times as tall as wide: the head takes less of its height.
HEAD_OF_WIDTH = 0.9
HEAD_HALF_WIDTH = 0.45
HEAD_ABOVE = 0.03  # of the person's height: boxes cut into the hair


class NetworkFaceFinder:
    """Finds faces and heads with the detection network itself; an alerts.ports.FaceFinder.

    It belongs to one thread, and so must its session: give it one of its own. With `hides_persons` the whole of each
    person is named, not the head alone.
    """

    def __init__(self, session: NetworkSession, manifest: ModelManifest, *, hides_persons: bool = False) -> None:
        """Raise ValueError for a network that knows neither faces nor persons: it would blur nothing."""
        if not self.can_use(manifest):
            raise ValueError(f"expected a network that sees persons or faces, {manifest.name} does not")
        floors = dict.fromkeys(FACE_LABELS | HEAD_LABELS, HEAD_CONFIDENCE) | {PERSON_LABEL: PERSON_CONFIDENCE}
        floors |= {name: value for name, value in manifest.thresholds.items() if name in RIVAL_LABELS}
        self._hides_persons = hides_persons
        settings = DetectorSettings(maximum_boxes=300)
        sides = LONGEST_SIDES_PX if manifest.input.fixed_size is None else (None,)
        self._detectors = [
            Detector(session, manifest, settings.model_copy(update={"longest_side_px": side}), floors=floors)
            for side in sides
        ]

    @staticmethod
    def can_use(manifest: ModelManifest) -> bool:
        """Tell whether a network knows faces or persons at all."""
        return bool({PERSON_LABEL, *FACE_LABELS} & set(manifest.label_names))

    def find(self, pixels: Pixels) -> list[Box]:
        """Boxes to be blurred in a BGR picture of shape (height, width, 3), uint8; they may overlap.

        Raises PictureNotJudgedError where the network cannot look at the picture: then nothing is known about
        faces in it, and it must not be stored unblurred.
        """
        whole = PixelPicture(pixels)
        aspect = whole.width / whole.height
        found = [each for detector in self._detectors for each in _look(detector, whole)]
        if max(whole.width, whole.height) > TILED_FROM_PX:
            found += [each for tile in _tiles() for each in self._look_at_tile(pixels, tile)]
        parts = [(each, box) for each in without_rivalled(found) if (box := self._hidden_part(each, aspect))]
        pests = [each for each in found if each.label in PEST_LABELS]
        return [box for each, box in parts if not any(gives_way(each, box, pest) for pest in pests)]

    def _hidden_part(self, detection: Detection, aspect: float) -> Box | None:
        if self._hides_persons and detection.label == PERSON_LABEL:
            return detection.box
        return blurred_part(detection, aspect)

    def _look_at_tile(self, pixels: Pixels, tile: Box) -> list[Detection]:
        height, width = pixels.shape[:2]
        top, bottom = round(tile.top * height), round(tile.bottom * height)
        left, right = round(tile.left * width), round(tile.right * width)
        picture = PixelPicture(np.ascontiguousarray(pixels[top:bottom, left:right]))
        return [_in_whole(each, tile) for each in _look(self._detectors[-1], picture)]


def without_rivalled(detections: list[Detection]) -> list[Detection]:
    """Faces, heads and persons, less those that are more surely an animal or a thing in the same place."""
    rivals = [each for each in detections if each.label in RIVAL_LABELS]
    return [
        each
        for each in detections
        if each.label not in RIVAL_LABELS
        and not any(
            rival.confidence > each.confidence and rival.box.overlap(each.box) >= RIVAL_OVERLAP for rival in rivals
        )
    ]


def gives_way(detection: Detection, blurred: Box, pest: Detection) -> bool:
    """Tell whether what would be blurred for a detection shows more surely a rat or an insect than a head."""
    return pest.confidence > detection.confidence and blurred.share_inside(pest.box) >= PEST_SHARE


def blurred_part(detection: Detection, aspect: float) -> Box | None:
    """What to blur for one detection in a picture of this width over height.

    None for labels without a head, and where nothing of it is in the picture.
    """
    if detection.label == PERSON_LABEL:
        return head_of(detection.box, aspect)
    if detection.label not in FACE_LABELS | HEAD_LABELS:
        return None
    box = detection.box
    across, along = MARGIN * box.width, MARGIN * box.height
    return Box.clipped(box.left - across, box.top - along, box.right + across, box.bottom + along)


def head_of(person: Box, aspect: float) -> Box | None:
    """Where a person's head is expected: the upper middle of the box."""
    height = min(HEAD_OF_HEIGHT * person.height, HEAD_OF_WIDTH * person.width * aspect)
    center, half = person.center.x, HEAD_HALF_WIDTH * person.width
    return Box.clipped(center - half, person.top - HEAD_ABOVE * person.height, center + half, person.top + height)


def _look(detector: Detector, picture: PixelPicture) -> tuple[Detection, ...]:
    (answer,) = detector.look([picture])
    if answer is None:
        raise PictureNotJudgedError(picture.width, picture.height)
    return answer


def _tiles() -> Iterator[Box]:
    for top in (0.0, 1.0 - TILE_SHARE):
        for left in (0.0, 1.0 - TILE_SHARE):
            yield Box(left, top, left + TILE_SHARE, top + TILE_SHARE)


def _in_whole(detection: Detection, tile: Box) -> Detection:
    """The same detection in fractions of the whole picture."""
    # min(): 0.45 + 0.55 is not 1 to the last bit.
    box = Box(
        tile.left + detection.box.left * tile.width,
        tile.top + detection.box.top * tile.height,
        min(1.0, tile.left + detection.box.right * tile.width),
        min(1.0, tile.top + detection.box.bottom * tile.height),
    )
    return Detection(label=detection.label, confidence=detection.confidence, box=box)
