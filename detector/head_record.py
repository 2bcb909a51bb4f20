"""Everything that is kept of one taught head, and the form in which it is written.

The form is JSON: numbers are base64 of little-endian 32-bit floats, nothing in it is ever executed. `FORMAT` grows with
each change that older programs cannot read. Unknown fields are refused.
"""

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic import model_validator as validates

from detector.heads import TaughtHead
from domain.detection import ModelReference
from domain.geometry import FloatArray, Polygon
from domain.ids import AlertId, CameraId, EvidenceId, SiteId
from domain.text import require_text

FORMAT: Final = 1
_DTYPE = np.dtype("<f4")
_ID = r"^[A-Za-z0-9_-]{1,64}$"


def _decoded(value: Any) -> Any:
    """Numbers of {"shape": [...], "base64": "..."}; arrays as they are."""
    if isinstance(value, np.ndarray):
        return np.asarray(value, dtype=np.float32)
    try:
        shape = tuple(int(side) for side in value["shape"])
        numbers = np.frombuffer(base64.b64decode(value["base64"], validate=True), dtype=_DTYPE).reshape(shape)
    except (binascii.Error, KeyError, TypeError, ValueError) as error:
        raise ValueError(f'expected {{"shape", "base64"}} of 32-bit floats ({error})') from error
    if not np.all(np.isfinite(numbers)):
        raise ValueError("expected finite numbers")
    return np.asarray(numbers, dtype=np.float32)


def _encoded(numbers: FloatArray) -> dict[str, Any]:
    return {
        "shape": list(numbers.shape),
        "base64": base64.b64encode(np.ascontiguousarray(numbers, dtype=_DTYPE).tobytes()).decode("ascii"),
    }


def _a_name(text: str) -> str:
    require_text("a name", text, longest=100)
    return text


Numbers = Annotated[FloatArray, BeforeValidator(_decoded), PlainSerializer(_encoded)]
Name = Annotated[str, AfterValidator(_a_name)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Part(BaseModel):
    """Frozen, and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class OriginKind(StrEnum):
    """Where an example came from."""

    UPLOADED = "uploaded"
    CAMERA = "camera"  # the camera's current frame
    REVIEW = "review"  # a person's verdict on an alert
    FILE = "file"  # the command line


class Origin(Part):
    """An example's origin. `name` is that of the file, if it had one."""

    kind: OriginKind
    name: str = Field(default="", max_length=200)
    alert_id: AlertId | None = None
    evidence_id: EvidenceId | None = None


class Example(Part):
    """One picture and the state that a person says it shows. `numbers` has shape (dimensions,) and length 1.

    `crop` is the file of the cut-out, faces masked, where it was asked to be kept.
    """

    example_id: str = Field(pattern=_ID)
    state: Name
    numbers: Numbers
    origin: Origin
    taught_by: str
    at: AwareDatetime
    crop: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,64}\.jpg$")


class StateCount(Part):
    """Left-out examples of one state: how many, how many were named right, and how many pictures differ."""

    state: Name
    count: int
    right: int
    distinct: int


class Mistake(Part):
    """An example that the others would have called something else."""

    example_id: str
    state: Name
    said: Name
    confidence: Share


class Accuracy(Part):
    """How a version did on each example when taught on all the others (leave-one-out).

    `accuracy` counts every example, as if the head had to answer; `low` and `high` are its 95 % interval (Wilson).
    `answered` is how many it would have answered, `answered_right` how many of those were right.
    """

    count: int = Field(ge=1)
    right: int
    accuracy: Share
    low: Share
    high: Share
    answered: int
    answered_right: int
    states: tuple[StateCount, ...]
    mistakes: tuple[Mistake, ...]


class LearntNumbers(Part):
    """A `detector.heads.TaughtHead` as it is written."""

    states: tuple[Name, ...] = Field(min_length=2)
    weights: Numbers
    offsets: Numbers
    temperature: float = Field(gt=0.0)
    anchors: Numbers
    reach: float = Field(gt=0.0)

    @classmethod
    def of(cls, head: TaughtHead) -> Self:
        return cls(
            states=head.states,
            weights=head.weights,
            offsets=head.offsets,
            temperature=head.temperature,
            anchors=head.anchors,
            reach=head.reach,
        )

    @validates(mode="after")
    def _shapes_fit(self) -> Self:
        count = len(self.states)
        if self.weights.ndim != 2 or len(self.weights) != count or self.offsets.shape != (count,):
            raise ValueError(f"weights and offsets of {count} states, got {self.weights.shape}, {self.offsets.shape}")
        if self.anchors.ndim != 2 or self.anchors.shape[1] != self.weights.shape[1] or not len(self.anchors):
            raise ValueError(f"anchors of {self.weights.shape[1]} numbers, got {self.anchors.shape}")
        return self

    def head(self) -> TaughtHead:
        return TaughtHead(
            states=self.states,
            weights=self.weights,
            offsets=self.offsets,
            temperature=self.temperature,
            anchors=self.anchors,
            reach=self.reach,
        )


class Network(Part):
    """The embedding network that examples were looked at with."""

    name: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @classmethod
    def of(cls, reference: ModelReference) -> Self:
        return cls(name=reference.name, version=reference.version, sha256=reference.sha256)


class HeadVersion(Part):
    """What was taught at one moment. It never changes; whether it is live stands in the head."""

    format: Literal[1] = FORMAT
    head_id: str = Field(pattern=_ID)
    number: int = Field(ge=1)
    taught_at: AwareDatetime
    taught_by: str
    network: Network
    example_ids: tuple[str, ...]
    accuracy: Accuracy
    learnt: LearntNumbers


class VersionEntry(Part):
    """A version in the head's list, with the checksum of its file."""

    number: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    taught_at: AwareDatetime
    accuracy: Share


class HeadStatus(StrEnum):
    """`draft`: never live. `live`: one version judges. `retired`: taken out of service, may come back."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


class Act(StrEnum):
    CREATED = "created"
    EXAMPLE_ADDED = "example_added"
    EXAMPLE_REMOVED = "example_removed"
    TAUGHT = "taught"
    WENT_LIVE = "went_live"
    ROLLED_BACK = "rolled_back"
    RETIRED = "retired"
    LOOKED_ANEW = "looked_anew"  # kept cut-outs were looked at with another embedding network


class HistoryEntry(Part):
    """Who did what when. `actor` is an account's id, or what the machine calls itself."""

    at: AwareDatetime
    actor: str
    act: Act
    version: int | None = None
    note: str = ""


class HeadScope(Part):
    """Where a head belongs: a region of a camera (no region: its whole picture), a site, or nowhere (a local file)."""

    site_id: SiteId | None = None
    camera_id: CameraId | None = None
    region: Polygon | None = None

    @validates(mode="after")
    def _a_region_is_of_a_camera(self) -> Self:
        if self.region is not None and self.camera_id is None:
            raise ValueError("a region belongs to a camera: name camera_id")
        return self


class Head(Part):
    """A head with its examples, its versions and all that happened to it. `revision` grows with each change.

    `breach_state` is the state that `code` forbids; both are None for a head that raises nothing.
    """

    format: Literal[1] = FORMAT
    head_id: str = Field(pattern=_ID)
    revision: int = Field(default=1, ge=1)
    name: Name
    scope: HeadScope = HeadScope()
    states: tuple[Name, ...] = Field(min_length=2, max_length=8)
    code: str | None = Field(default=None, max_length=64)
    breach_state: Name | None = None
    keeps_crops: bool = False
    network: Network
    status: HeadStatus = HeadStatus.DRAFT
    live_version: int | None = None
    examples: tuple[Example, ...] = ()
    versions: tuple[VersionEntry, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @validates(mode="after")
    def _it_makes_sense(self) -> Self:
        if len(set(self.states)) != len(self.states):
            raise ValueError("states must be different")
        if (self.code is None) != (self.breach_state is None):
            raise ValueError("code and breach_state belong together: give both or neither")
        if self.breach_state is not None and self.breach_state not in self.states:
            raise ValueError(f"breach_state must be one of {', '.join(self.states)}")
        if (self.status is HeadStatus.LIVE) != (self.live_version is not None):
            raise ValueError("a live head names its live_version, others do not")
        if self.live_version is not None and self.live_version not in {entry.number for entry in self.versions}:
            raise ValueError(f"live_version {self.live_version} is none of its versions")
        strangers = {example.state for example in self.examples} - set(self.states)
        if strangers:
            raise ValueError(f"examples of unknown states: {', '.join(sorted(strangers))}")
        return self

    def counts(self) -> dict[str, int]:
        """Examples by state."""
        return {state: sum(example.state == state for example in self.examples) for state in self.states}

    def noted(self, act: Act, *, at: datetime, actor: str, version: int | None = None, note: str = "") -> Self:
        """The head one revision on, with one more line of history."""
        entry = HistoryEntry(at=at, actor=actor, act=act, version=version, note=note)
        return self.model_copy(update={"history": (*self.history, entry), "revision": self.revision + 1})
