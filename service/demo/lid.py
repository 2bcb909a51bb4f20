"""The demonstration's taught bin: examples from its film teach a head when the demonstration starts.

`lid_examples/` holds cut-outs and no numbers of a network: the head is taught on the embedding network that is in
service, so a new one needs nothing made anew. `python -m models.synth lids prep_table --films … --out …` makes
them from the film, after it was rendered anew.
"""

from pathlib import Path
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field

from detector.head_desk import HeadDesk, NewHead
from detector.head_errors import HeadNotReadyError
from detector.head_record import Head, HeadScope, HeadStatus, Origin, OriginKind
from detector.picture_files import decode_picture
from domain.geometry import Polygon
from domain.ids import CameraId
from service.demo.cameras import load_demo
from service.demo.errors import DemoError

log = structlog.get_logger(__name__)

LID_EXAMPLES = Path(__file__).resolve().parent / "lid_examples"
REGION_FILE = "region.json"
# The alert names its place by this, so whoever sees the alert sees that a kitchen would be given more time.
NAME = "垃圾桶盖·演示10秒，实际5分钟 (bin lid; demonstration 10 s, kitchens 5 min)"
CODE, BREACH_STATE = "bin.uncovered", "open"
ACTOR = "demonstration"

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class LidRegion(BaseModel):
    """`region.json`: which bin of which clip, its corners in fractions, and the files of its examples.

    A file's name begins with its state: open-00.jpg.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    story: str
    who: str
    states: tuple[str, ...] = Field(min_length=2)
    corners: tuple[tuple[Share, Share], ...] = Field(min_length=3)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    examples: tuple[Annotated[str, Field(pattern=r"^[a-z]+-\d+\.jpg$")], ...]


def read_lid_region(folder: Path = LID_EXAMPLES) -> LidRegion:
    """Raises OSError, or ValueError for a document that is something else."""
    return LidRegion.model_validate_json((folder / REGION_FILE).read_bytes())


def demo_lid_camera(folder: Path = LID_EXAMPLES) -> CameraId:
    """The camera that looks at the bin. Raises DemoError if no camera of the demonstration plays its film."""
    story = read_lid_region(folder).story
    camera = load_demo().camera(story)
    if camera is None:
        raise DemoError(folder / REGION_FILE, field="story", expected="a film that a camera plays", found=story)
    return camera.camera_id


def ensure_demo_lid(desk: HeadDesk, camera_id: CameraId, folder: Path = LID_EXAMPLES) -> Head:
    """The head for the demonstration's bin, made, taught and put live unless it is there.

    One that somebody retired or taught further stays as it is. One that was taught on another embedding network is
    taken out of service, and a new one is made. Examples that do not suffice leave a draft and a line in the log.
    """
    kept = [each for each in desk.list()[0] if each.scope.camera_id == camera_id and each.name == NAME]
    for head in kept:
        if head.network.sha256 == desk.network.sha256:
            return head
        if head.status is HeadStatus.LIVE:
            desk.retire(head.head_id, actor=ACTOR)
    return _made(desk, camera_id, folder)


def _made(desk: HeadDesk, camera_id: CameraId, folder: Path) -> Head:
    region = read_lid_region(folder)
    scope = HeadScope(camera_id=camera_id, region=Polygon.of(region.corners))
    new = NewHead(name=NAME, states=region.states, scope=scope, code=CODE, breach_state=BREACH_STATE)
    head_id = desk.create(new, actor=ACTOR).head_id
    for name in region.examples:
        pixels = decode_picture((folder / name).read_bytes())
        origin = Origin(kind=OriginKind.FILE, name=name)
        desk.add_picture(head_id, name.partition("-")[0], pixels, origin=origin, actor=ACTOR)
    head, _ = desk.teach(head_id, actor=ACTOR)
    try:
        return desk.go_live(head_id, actor=ACTOR)
    except HeadNotReadyError as error:
        log.warning("demo_head_not_ready", head_id=head_id, missing=error.missing)
        return head
