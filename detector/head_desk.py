"""Where heads are taught, shown, put live and looked up: one door for API, command line and the running service."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import cv2
import numpy as np
import structlog

from detector import teaching
from detector.embedding import Embedder, surrounding_box
from detector.errors import TeachingError
from detector.head_errors import HeadError, HeadNetworkError, HeadNotFoundError
from detector.head_record import Act, Example, Head, HeadScope, HeadVersion, Network, Origin
from detector.head_settings import HeadSettings
from detector.head_store import Fault
from detector.heads import HeadAnswer, TaughtHead
from detector.picture_files import decode_picture
from detector.ports import HeadStore
from detector.teaching import Lack
from domain.detection import ModelReference
from domain.frame import Pixels
from domain.geometry import Box, FloatArray, Polygon
from domain.ids import CameraId

log = structlog.get_logger(__name__)

_CROP_QUALITY = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveHead:
    """What a camera's region is judged by."""

    head_id: str
    version: int
    name: str
    code: str
    breach_state: str
    region: Polygon
    box: Box
    taught: TaughtHead
    network_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHead:
    """What a person says of a head to be made."""

    name: str
    states: tuple[str, ...]
    scope: HeadScope = field(default_factory=HeadScope)
    code: str | None = None
    breach_state: str | None = None
    keeps_crops: bool = False


class HeadDesk:
    """All heads of one store. Any thread; changes are made one after the other.

    `live_on` answers from memory. Pictures are looked at with the desk's own embedder, under a lock of its own.
    Without `mask` (which makes faces in a cut-out unrecognisable) no cut-outs are kept.
    """

    def __init__(
        self,
        *,
        store: HeadStore,
        embedder: Embedder,
        settings: HeadSettings,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        mask: Callable[[Pixels], Pixels] | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._new_id = new_id
        self._now = now
        self._mask = mask
        self._turn = store.turn
        self._looking = threading.Lock()
        self._refreshing = threading.Lock()
        self._live: dict[CameraId, tuple[LiveHead, ...]] = {}
        self._read: Mapping[str, int] = {}
        self.refresh()

    @property
    def network(self) -> ModelReference:
        return self._embedder.reference

    @property
    def settings(self) -> HeadSettings:
        return self._settings

    def refresh(self) -> frozenset[CameraId]:
        """Read again which heads are live; the cameras that are judged otherwise now.

        A head that cannot be used is logged and leaves the others alone.
        """
        with self._refreshing:
            return self._refresh(self._store.live_versions())

    def follow(self) -> frozenset[CameraId]:
        """As `refresh`, but reads no more than which versions are live where those are the ones that were read last.

        So other processes' changes are noticed at little cost.
        """
        with self._refreshing:
            live_versions = self._store.live_versions()
            return frozenset() if live_versions == self._read else self._refresh(live_versions)

    def _refresh(self, live_versions: Mapping[str, int]) -> frozenset[CameraId]:
        heads, faults = self._store.load_live()
        for fault in faults:
            log.error("head_not_readable", head_id=fault.head_id, reason=str(fault.error))
        live: dict[CameraId, list[LiveHead]] = {}
        for head in heads:
            taken = self._live_head(head)
            if taken is not None and head.scope.camera_id is not None:
                live.setdefault(head.scope.camera_id, []).append(taken)
        before, self._live = self._live, {camera_id: tuple(each) for camera_id, each in live.items()}
        self._read = live_versions
        return frozenset(each for each in {*before, *self._live} if _named(before, each) != _named(self._live, each))

    def live_on(self, camera_id: CameraId) -> tuple[LiveHead, ...]:
        """The heads that judge regions of this camera now. Any thread, never waits."""
        return self._live.get(camera_id, ())

    def live_codes(self, camera_id: CameraId) -> frozenset[str]:
        return frozenset(head.code for head in self.live_on(camera_id))

    def live_versions_on(self, camera_id: CameraId) -> dict[str, int]:
        """The version by which each live head of the camera judges here: head id to number."""
        return {head.head_id: head.version for head in self.live_on(camera_id)}

    def list(self) -> tuple[list[Head], list[Fault]]:
        return self._store.load_all()

    def get(self, head_id: str) -> Head:
        """Raises HeadNotFoundError or HeadFileError."""
        return self._store.load(head_id)

    def version(self, head: Head, number: int | None = None) -> HeadVersion:
        """A version, the newest if none is named. Raises HeadNotFoundError or HeadFileError."""
        if number is None:
            if not head.versions:
                raise HeadNotFoundError("version", "of a head that was never taught")
            number = head.versions[-1].number
        return self._store.load_version(head, number)

    def missing(self, version: HeadVersion) -> tuple[str, ...]:
        """What a version lacks to go live."""
        return teaching.what_is_missing(version, self._settings)

    def lacks(self, version: HeadVersion) -> tuple[Lack, ...]:
        """The same in numbers."""
        return teaching.lacks(version, self._settings)

    def create(self, new: NewHead, *, actor: str) -> Head:
        """Raises HeadError for what makes no sense."""
        if new.keeps_crops and self._mask is None:
            raise HeadError("keeps_crops", "a network that finds faces, to mask them first", "none here")
        try:
            head = Head(
                head_id=self._new_id(),
                name=new.name,
                scope=new.scope,
                states=new.states,
                code=new.code,
                breach_state=new.breach_state,
                keeps_crops=new.keeps_crops,
                network=Network.of(self.network),
            )
        except ValueError as error:
            raise HeadError("head", "name, states, scope and code that fit", _first_reason(error)) from error
        return self._saved(head.noted(Act.CREATED, at=self._now(), actor=actor), over=None)

    def embed(self, pixels: Pixels) -> FloatArray:
        """The numbers of one cut-out. Raises DetectorError."""
        with self._looking:
            return np.asarray(self._embedder.embed([pixels])[0], dtype=np.float32)

    def add_picture(self, head_id: str, state: str, pixels: Pixels, *, origin: Origin, actor: str) -> Head:
        """Make an example of a cut-out. Raises HeadError, or DetectorError where it cannot be looked at."""
        with self._turn:
            head = self._usable(head_id)
            example_id = self._new_id()
            crop = f"{example_id}.jpg" if head.keeps_crops and self._mask is not None else None
            example = Example(
                example_id=example_id,
                state=state,
                numbers=self.embed(pixels),
                origin=origin,
                taught_by=actor,
                at=self._now(),
                crop=crop,
            )
            grown = teaching.with_example(head, example, settings=self._settings)
            if crop is not None and self._mask is not None:
                self._store.save_crop(head_id, crop, _jpeg(self._mask(pixels)))
            return self._saved(grown, over=head)

    def add_numbers(self, head_id: str, state: str, numbers: FloatArray, *, origin: Origin, actor: str) -> Head:
        """Make an example of a picture that this very network has looked at already. Raises HeadError."""
        with self._turn:
            head = self._usable(head_id)
            example = Example(
                example_id=self._new_id(),
                state=state,
                numbers=numbers,
                origin=origin,
                taught_by=actor,
                at=self._now(),
            )
            return self._saved(teaching.with_example(head, example, settings=self._settings), over=head)

    def delete_examples(self, head_id: str, example_ids: set[str], *, actor: str) -> Head:
        """Raises HeadNotFoundError. Versions that were taught on them stay as they are."""
        with self._turn:
            head = self._store.load(head_id)
            shrunk = teaching.without_examples(head, example_ids, at=self._now(), actor=actor)
            saved = self._saved(shrunk, over=head)
            for example in head.examples:
                if example.example_id in example_ids and example.crop is not None:
                    self._store.delete_crop(head_id, example.crop)
            return saved

    def teach(self, head_id: str, *, actor: str) -> tuple[Head, HeadVersion]:
        """Make a version of the examples; what is live stays. Raises TeachingError where they do not suffice."""
        with self._turn:
            head = self._usable(head_id)
            version = teaching.learn(head, at=self._now(), actor=actor, settings=self._settings)
            sha256 = self._store.save_version(version)
            saved = self._saved(teaching.with_version(head, version, sha256), over=head)
        log.info("head_taught", head_id=head_id, version=version.number, accuracy=round(version.accuracy.accuracy, 3))
        return saved, version

    def go_live(self, head_id: str, number: int | None = None, *, actor: str) -> Head:
        """Put a version (the newest if none is named) into service.

        Raises HeadNotReadyError, HeadStatusError, HeadNetworkError.
        """
        with self._turn:
            head = self._usable(head_id)
            version = self.version(head, number)
            self._require_network(head, version.network.sha256)
            live = teaching.gone_live(head, version, at=self._now(), actor=actor, settings=self._settings)
            saved = self._saved(live, over=head)
            self.refresh()
        log.info("head_went_live", head_id=head_id, version=version.number, actor_id=actor)
        return saved

    def roll_back(self, head_id: str, *, actor: str) -> Head:
        """Put the version that was live before back into service. Raises as go_live does."""
        with self._turn:
            return self.go_live(head_id, teaching.version_before(self._store.load(head_id)), actor=actor)

    def retire(self, head_id: str, *, actor: str) -> Head:
        """Take the head out of service. Raises HeadStatusError."""
        with self._turn:
            head = self._store.load(head_id)
            saved = self._saved(teaching.retired(head, at=self._now(), actor=actor), over=head)
            self.refresh()
        log.info("head_retired", head_id=head_id, actor_id=actor)
        return saved

    def judge(self, head_id: str, pixels: Pixels, number: int | None = None) -> HeadAnswer:
        """What a version says of a cut-out: the live one if none is named, else the newest."""
        head = self._usable(head_id)
        version = self.version(head, number or head.live_version)
        self._require_network(head, version.network.sha256)
        numbers = self.embed(pixels)
        return version.learnt.head().answer(numbers, least_confidence=self._settings.least_confidence)

    def crop(self, head_id: str, example_id: str) -> bytes:
        """The kept cut-out of an example, as JPEG. Raises HeadNotFoundError."""
        head = self._store.load(head_id)
        example = next((one for one in head.examples if one.example_id == example_id), None)
        if example is None or example.crop is None:
            raise HeadNotFoundError("crop", example_id)
        return self._store.load_crop(head_id, example.crop)

    def reembed(self, head_id: str, *, actor: str) -> Head:
        """Look at the kept cut-outs with the network in service; examples without one are dropped.

        The head is taken out of service: its versions are of the other network. Raises HeadError without cut-outs.
        """
        with self._turn:
            found = head = self._store.load(head_id)
            kept = [example for example in head.examples if example.crop is not None]
            if not kept:
                raise HeadError(f"head {head_id}", "examples whose cut-outs were kept", "none")
            examples = tuple(self._looked_anew(head_id, example) for example in kept)
            if head.live_version is not None:
                head = teaching.retired(head, at=self._now(), actor=actor)
            anew = head.model_copy(update={"examples": examples, "network": Network.of(self.network)})
            note = f"{len(examples)} of {len(head.examples)} examples kept"
            saved = self._saved(anew.noted(Act.LOOKED_ANEW, at=self._now(), actor=actor, note=note), over=found)
            self.refresh()
            return saved

    def _looked_anew(self, head_id: str, example: Example) -> Example:
        assert example.crop is not None
        pixels = decode_picture(self._store.load_crop(head_id, example.crop))
        return example.model_copy(update={"numbers": self.embed(pixels)})

    def _saved(self, head: Head, *, over: Head | None) -> Head:
        with self._turn:
            self._store.save(head, over=over)
        return head

    def _usable(self, head_id: str) -> Head:
        head = self._store.load(head_id)
        self._require_network(head, head.network.sha256)
        return head

    def _require_network(self, head: Head, found: str) -> None:
        if found != self.network.sha256:
            crops = sum(example.crop is not None for example in head.examples)
            raise HeadNetworkError(
                head.head_id,
                expected=self.network.sha256,
                found=found,
                crops=crops,
                examples=len(head.examples),
            )

    def _live_head(self, head: Head) -> LiveHead | None:
        if head.live_version is None or head.code is None or head.breach_state is None:
            return None
        try:
            version = self._store.load_version(head, head.live_version)
            self._require_network(head, version.network.sha256)
        except TeachingError as error:
            # Its message says all; where in our code it was found helps nobody.
            log.error("head_out_of_service", head_id=head.head_id, reason=str(error))  # noqa: TRY400
            return None
        region = head.scope.region or Polygon.whole_frame()
        return LiveHead(
            head_id=head.head_id,
            version=version.number,
            name=head.name,
            code=head.code,
            breach_state=head.breach_state,
            region=region,
            box=surrounding_box(region),
            taught=version.learnt.head(),
            network_sha256=version.network.sha256,
        )


def _named(live: Mapping[CameraId, tuple[LiveHead, ...]], camera_id: CameraId) -> set[tuple[str, int]]:
    return {(head.head_id, head.version) for head in live.get(camera_id, ())}


def _jpeg(pixels: Pixels) -> bytes:
    is_encoded, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _CROP_QUALITY])
    assert is_encoded, "a cut-out can always be encoded"
    return bytes(content.tobytes())


def _first_reason(error: ValueError) -> str:
    errors: Callable[[], Sequence[dict[str, object]]] | None = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    first = errors()[0]
    return f"{first['msg']}".removeprefix("Value error, ")
