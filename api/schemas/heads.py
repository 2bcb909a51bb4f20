"""Heads as they travel: everything but their numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from alerts.catalogue import AvailabilityState
from api.fields import ItemId, Name, Page, Received, Shown
from api.ports import UsedHeads
from api.schemas.registry import PointBody
from api.services import CodeEntry
from detector.head_desk import HeadDesk
from detector.head_record import Accuracy, Act, Example, Head, HeadStatus, HeadVersion, OriginKind
from detector.head_store import Fault
from detector.heads import Doubt, HeadAnswer
from detector.teaching import Lack, LackKind

# Names of accounts by their ids.
People = Mapping[str, str]

# A quarter of a megabyte is the default limit of a body, and base64 takes a third of it.
Picture = Annotated[str, StringConstraints(min_length=4, max_length=8_000_000, pattern=r"^[A-Za-z0-9+/=\s]+$")]


class HeadBody(Received):
    """A head of a camera's region (`corners`; none: its whole picture), or of a site.

    `breach_state` is the state that `code` forbids; a head without a code raises nothing.
    """

    name: Name
    states: Annotated[list[Name], Field(min_length=2, max_length=8)]
    camera_id: ItemId | None = None
    site_id: ItemId | None = None
    corners: Annotated[list[PointBody], Field(min_length=3, max_length=100)] | None = None
    code: Annotated[str, Field(max_length=64)] | None = None
    breach_state: Name | None = None
    keeps_crops: bool = False


class PictureBody(Received):
    """A JPEG, PNG or WebP in base64; null: the camera's current frame. `is_cropped`: it shows the region alone."""

    picture: Picture | None = None
    is_cropped: bool = True


class ExampleBody(PictureBody):
    """A picture and the state that it shows."""

    state: Name


class LiveBody(Received):
    """Which version is to judge; null: the newest."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class ExampleView(Shown):
    example_id: str
    state: str
    origin: OriginKind
    origin_name: str
    alert_id: str | None
    evidence_id: str | None
    taught_by: str
    taught_by_name: str
    at: datetime
    has_crop: bool

    @classmethod
    def of(cls, example: Example, people: People) -> Self:
        return cls(
            example_id=example.example_id,
            state=example.state,
            origin=example.origin.kind,
            origin_name=example.origin.name,
            alert_id=example.origin.alert_id,
            evidence_id=example.origin.evidence_id,
            taught_by=example.taught_by,
            taught_by_name=_name(example.taught_by, people),
            at=example.at,
            has_crop=example.crop is not None,
        )


class HeadStateCountView(Shown):
    state: str
    count: int
    right: int
    distinct: int


class MistakeView(Shown):
    """An example that the others would have called something else; null where it was deleted since."""

    example_id: str
    state: str
    said: str
    confidence: float
    example: ExampleView | None


class LackView(Shown):
    """Where a version falls short: counts for `examples` (of `state`) and `answered`, shares in [0, 1] else."""

    kind: LackKind
    needed: float
    found: float
    state: str | None

    @classmethod
    def of(cls, lack: Lack) -> Self:
        return cls(kind=lack.kind, needed=lack.needed, found=lack.found, state=lack.state)


class VersionView(Shown):
    """A version with its leave-one-out accuracy. `missing` says what keeps it from going live; empty: nothing.

    `lacks` says the same in numbers.

    `accuracy` counts every example as if the head had to answer, `low` and `high` are its 95 % interval (Wilson).
    """

    head_id: str
    version: int
    is_live: bool
    taught_at: datetime
    taught_by: str
    taught_by_name: str
    count: int
    right: int
    accuracy: float
    low: float
    high: float
    answered: int
    answered_right: int
    states: list[HeadStateCountView]
    mistakes: list[MistakeView]
    missing: list[str]
    lacks: list[LackView]

    @classmethod
    def of(cls, head: Head, version: HeadVersion, desk: HeadDesk, people: People) -> Self:
        accuracy: Accuracy = version.accuracy
        known = {example.example_id: ExampleView.of(example, people) for example in head.examples}
        return cls(
            head_id=head.head_id,
            version=version.number,
            is_live=head.live_version == version.number,
            taught_at=version.taught_at,
            taught_by=version.taught_by,
            taught_by_name=_name(version.taught_by, people),
            count=accuracy.count,
            right=accuracy.right,
            accuracy=accuracy.accuracy,
            low=accuracy.low,
            high=accuracy.high,
            answered=accuracy.answered,
            answered_right=accuracy.answered_right,
            states=[HeadStateCountView(**state.model_dump()) for state in accuracy.states],
            mistakes=[
                MistakeView(**mistake.model_dump(), example=known.get(mistake.example_id))
                for mistake in accuracy.mistakes
            ],
            missing=list(desk.missing(version)),
            lacks=[LackView.of(lack) for lack in desk.lacks(version)],
        )


class HeadView(Shown):
    """A head as it stands. `is_usable` false: it was taught on another embedding network than the one in service."""

    head_id: str
    revision: int
    name: str
    states: list[str]
    camera_id: str | None
    site_id: str | None
    corners: list[PointBody] | None
    code: str | None
    breach_state: str | None
    keeps_crops: bool
    status: HeadStatus
    live_version: int | None
    newest_version: int | None
    example_counts: dict[str, int]
    is_usable: bool

    @classmethod
    def of(cls, head: Head, network_sha256: str) -> Self:
        return cls(**_head_fields(head, network_sha256))


class HistoryView(Shown):
    at: datetime
    actor: str
    actor_name: str
    act: Act
    version: int | None
    note: str


class VersionLine(Shown):
    version: int
    taught_at: datetime
    taught_by_name: str
    accuracy: float


class HeadUseView(Shown):
    """What judges at this moment. `version` null: the camera is watched, and not judged by this head there (yet)."""

    watched_by: str
    version: int | None

    @classmethod
    def of(cls, head: Head, used: UsedHeads) -> Self:
        return cls(watched_by=used.watched_by, version=used.versions.get(head.head_id))


class HeadDetail(HeadView):
    """The same with its examples, versions and history. `in_use` null: nobody watches its camera, or nobody knows.

    `least_examples`: so many different ones of each state are needed to go live.
    """

    examples: list[ExampleView]
    versions: list[VersionLine]
    history: list[HistoryView]
    in_use: HeadUseView | None
    least_examples: int

    @classmethod
    def of_used(cls, head: Head, desk: HeadDesk, used: UsedHeads | None, people: People) -> Self:
        teachers = {entry.version: entry.actor for entry in head.history if entry.act is Act.TAUGHT}
        return cls(
            **_head_fields(head, desk.network.sha256),
            examples=[ExampleView.of(example, people) for example in head.examples],
            versions=[
                VersionLine(
                    version=entry.number,
                    taught_at=entry.taught_at,
                    taught_by_name=_name(teachers.get(entry.number, ""), people),
                    accuracy=entry.accuracy,
                )
                for entry in head.versions
            ],
            history=[
                HistoryView(**entry.model_dump(), actor_name=_name(entry.actor, people)) for entry in head.history
            ],
            in_use=HeadUseView.of(head, used) if used else None,
            least_examples=desk.settings.least_examples,
        )


class HeadFaultView(Shown):
    """A head whose file cannot be read."""

    head_id: str
    reason: str

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(head_id=fault.head_id, reason=str(fault.error))


class HeadPage(Page):
    """`faults` are heads whose files cannot be read, shown to accounts that see everything."""

    items: list[HeadView]
    faults: list[HeadFaultView]


class HeadAnswerView(Shown):
    """What a head says of a picture. `state` null: it cannot tell, `doubt` says why."""

    state: str | None
    likeliest: str
    confidence: float
    distance: float
    doubt: Doubt | None

    @classmethod
    def of(cls, answer: HeadAnswer) -> Self:
        return cls(
            state=answer.state,
            likeliest=answer.likeliest,
            confidence=answer.confidence,
            distance=answer.distance,
            doubt=answer.doubt,
        )


class CameraCodeView(Shown):
    """How a code stands on one camera. `is_taught`: a live head of the camera judges it."""

    code: str
    availability: AvailabilityState
    reason_en: str
    reason_zh: str
    is_taught: bool
    can_be_taught: bool

    @classmethod
    def of(cls, entry: CodeEntry, taught_codes: frozenset[str]) -> Self:
        availability = entry.on_camera(taught_codes)
        return cls(
            code=entry.risk.code,
            availability=availability.state,
            reason_en=availability.reason_en,
            reason_zh=availability.reason_zh,
            is_taught=entry.taught is not None and entry.risk.code in taught_codes,
            can_be_taught=entry.taught is not None,
        )


class CameraCodePage(Page):
    items: list[CameraCodeView]


def _name(actor: str, people: People) -> str:
    """The account's name; what is no account (the command line) is called what it calls itself."""
    return people.get(actor, actor)


def _head_fields(head: Head, network_sha256: str) -> dict[str, object]:
    region = head.scope.region
    return {
        "head_id": head.head_id,
        "revision": head.revision,
        "name": head.name,
        "states": list(head.states),
        "camera_id": head.scope.camera_id,
        "site_id": head.scope.site_id,
        "corners": None if region is None else [PointBody(x=corner.x, y=corner.y) for corner in region.corners],
        "code": head.code,
        "breach_state": head.breach_state,
        "keeps_crops": head.keeps_crops,
        "status": head.status,
        "live_version": head.live_version,
        "newest_version": head.versions[-1].number if head.versions else None,
        "example_counts": head.counts(),
        "is_usable": head.network.sha256 == network_sha256,
    }
