"""What an operator can set about seeing; see also the thresholds in each network's manifest."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from detector.head_settings import HeadSettings
from domain.zone import ZoneType


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrackerSettings(_Settings):
    """Following one subject over frames. All times are seconds, so a camera that drops frames changes nothing."""

    lost_seconds: float = Field(
        default=2.0, gt=0.0, le=60.0, description="a subject unseen for longer than this is forgotten"
    )
    minimum_overlap: float = Field(
        default=0.1,
        gt=0.0,
        lt=1.0,
        description="share of overlap (intersection over union) from which a box can continue a track",
    )
    reach_diagonals: float = Field(
        default=0.3,
        ge=0.0,
        le=10.0,
        description="how far, in its own diagonals, a subject may be from where it was expected without overlap",
    )
    reach_diagonals_per_second: float = Field(
        default=3.0,
        ge=0.0,
        le=50.0,
        description="by how much that reach grows for each second since the subject was last seen",
    )
    maximum_reach_diagonals: float = Field(default=3.0, ge=0.0, le=50.0, description="where that growth ends")
    score_seconds: float = Field(
        default=2.0, gt=0.0, le=60.0, description="how long a look counts towards a track's score"
    )
    score_looks: int = Field(default=10, ge=3, le=100, description="how many looks count at most, the newest first")
    confirming_sightings: int = Field(
        default=3, ge=1, le=100, description="how often a subject must have been seen before it can be confirmed"
    )


class GateSettings(_Settings):
    """Sparing the network pictures in which nothing has changed since it last looked."""

    is_on: bool = Field(default=True, description="off: the network looks at every picture that is due")
    side_px: int = Field(default=320, ge=64, le=1920, description="longest side of the grey pictures that are compared")
    change_level: int = Field(
        default=10, ge=1, le=255, description="difference in brightness (of 255) from which on a pixel has changed"
    )
    change_pixels: int = Field(
        default=4, ge=1, le=100_000, description="changed pixels of such a grey picture that make a look due"
    )
    calm_seconds: float = Field(
        default=2.0, gt=0.0, le=60.0, description="longest time without a look where nothing changes"
    )
    followed_seconds: float = Field(
        default=0.5, gt=0.0, le=10.0, description="the same while something is followed: still things are judged too"
    )
    restless_share: float = Field(
        default=0.25,
        ge=0.0,
        le=1.0,
        description=(
            "parts of the picture that change all the time (screens, flames, a fan) make no look due by themselves, as "
            "long as they are no more than this share of it; 0: they do"
        ),
    )
    idle_after_seconds: float = Field(
        default=10.0,
        gt=0.0,
        le=3600.0,
        description="a camera in which nothing changed and nothing was followed for this time is called idle",
    )


class RuntimeChoice(StrEnum):
    """What runs networks in ONNX files."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"  # needs the extra `openvino`
    CUDA = "cuda"  # needs onnxruntime-gpu in place of onnxruntime
    TENSORRT = "tensorrt"  # the same, and TensorRT
    AUTO = "auto"  # whichever of them is fastest on this machine, measured at the start


class RegionSettings(_Settings):
    """Closer looks at parts of a picture near its own resolution, for things too small on the network's input."""

    is_on: bool = Field(
        default=False, description="look closer where something moved or is followed; costs a look for each crop"
    )
    side_px: int = Field(
        default=416, ge=96, le=2048, description="side of a crop in pixels of the source; scaled to the network"
    )
    crops_per_frame: int = Field(default=2, ge=1, le=16, description="crops looked at in one picture at most")
    crops_per_second: float = Field(
        default=10.0, gt=0.0, le=240.0, description="crops looked at per camera and second at most; places take turns"
    )
    labels: tuple[str, ...] = Field(
        default=("rodent", "cockroach", "cigarette"),
        description="labels that a closer look may report; the full picture tells the others",
    )
    zone_types: tuple[ZoneType, ...] = Field(
        default=(), description="types of zones in which is looked closer even where nothing moves"
    )


class AttireSettings(_Settings):
    """Judging what tracked persons wear. It costs processor time only while there are persons."""

    is_on: bool = Field(default=True, description="off: nobody's clothes are judged, and their codes are not detected")
    model: str = Field(default="attire-n", description="name of the attire network, a folder under models/zoo")
    interval_seconds: float = Field(
        default=1.0, gt=0.0, le=60.0, description="time between two looks at one person's clothes"
    )
    crops_per_frame: int = Field(
        default=4, ge=1, le=64, description="persons looked at in one picture at most; the others wait for the next"
    )
    votes: int = Field(default=5, ge=1, le=50, description="latest looks at a person that are weighed")
    minimum_votes: int = Field(
        default=3, ge=1, le=50, description="looks at a person before anything is said of the clothes"
    )
    memory_seconds: float = Field(default=15.0, gt=0.0, le=600.0, description="a look older than this counts no more")

    @model_validator(mode="after")
    def _votes_are_enough(self) -> Self:
        if self.minimum_votes > self.votes:
            raise ValueError(f"minimum_votes must not be above votes, got {self.minimum_votes} and {self.votes}")
        return self


class DetectorSettings(_Settings):
    """Which network looks at the pictures, and how."""

    model: str = Field(
        default="kitchen-n",
        description="name of the network, a folder under models/zoo; not set: the promoted one, else the shipped one",
    )
    runtime: RuntimeChoice = Field(
        default=RuntimeChoice.ONNXRUNTIME,
        description=(
            "what runs the network: onnxruntime, openvino (an extra), cuda or tensorrt (with onnxruntime-gpu), "
            "or auto: the fastest of those that are there, tried at the start"
        ),
    )
    half_precision: bool = Field(
        default=False,
        description="let openvino and tensorrt calculate with 16 bits; faster, and boxes differ a little",
    )
    device_id: int = Field(default=0, ge=0, le=63, description="which accelerator cuda and tensorrt use, from 0")
    sessions: int | None = Field(
        default=None, ge=1, le=256, description="inference threads, each with its own network; null: one per core"
    )
    longest_side_px: int | None = Field(
        default=None, ge=64, le=4096, description="longest side of a picture for the network; null: as the model says"
    )
    maximum_batch: int = Field(
        default=1,
        ge=1,
        le=64,
        description="pictures per network call; more than 1 pays on accelerators only; not set: found there by trying",
    )
    batch_wait_seconds: float = Field(
        default=0.01, ge=0.0, le=1.0, description="how long a batch that is not full waits for more pictures"
    )
    staleness_seconds: float = Field(
        default=0.2,
        gt=0.0,
        le=5.0,
        description="how old a picture may get in its batch where the batch is found by trying",
    )
    low_confidence_share: float = Field(
        default=0.5,
        gt=0.0,
        le=1.0,
        description="boxes from this share of their label's threshold on may continue a track, but never start one",
    )
    overlap_threshold: float = Field(
        default=0.6, gt=0.0, lt=1.0, description="share of overlap above which the weaker of two boxes is dropped"
    )
    maximum_boxes: int = Field(default=100, ge=1, le=1000, description="boxes kept per picture, the surest first")
    uses_weak_labels: bool = Field(
        default=False, description="also report labels that their manifest calls not usable; expect false ones"
    )
    gate: GateSettings = Field(default_factory=GateSettings, description="sparing looks at unchanged pictures")
    tracker: TrackerSettings = Field(default_factory=TrackerSettings, description="following subjects over frames")
    heads: HeadSettings = Field(default_factory=HeadSettings, description="states that people teach by examples")
    regions: RegionSettings = Field(
        default_factory=RegionSettings, description="closer looks at parts of a picture, for small things"
    )
    attire: AttireSettings = Field(default_factory=AttireSettings, description="judging what persons wear")
