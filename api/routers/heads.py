"""Heads: states of a camera's region that people teach by examples, and what may judge of them."""

import base64
import binascii

from fastapi import APIRouter, Response

from api.callers import Caller
from api.dependencies import HeadKeeper, Parts, PartsOf, Reader, Services, Teacher
from api.errors import FieldError, NoFreshPictureError, NotFoundError
from api.fields import PathId, QueryId
from api.routers.cameras import JPEG, camera_in_scope
from api.schemas.heads import (
    CameraCodePage,
    CameraCodeView,
    ExampleBody,
    HeadAnswerView,
    HeadBody,
    HeadDetail,
    HeadFaultView,
    HeadPage,
    HeadView,
    LiveBody,
    PictureBody,
    VersionView,
)
from api.services import ApiServices
from detector.embedding import cut_out, surrounding_box
from detector.head_desk import NewHead
from detector.head_errors import HeadNotFoundError
from detector.head_record import Head, HeadScope, Origin, OriginKind
from detector.picture_files import decode_picture
from detector.pictures import PixelPicture
from domain.frame import Picture, Pixels
from domain.geometry import Point, Polygon
from domain.ids import CameraId, SiteId
from domain.scope import Scope

router = APIRouter(tags=["heads"])


@router.get("/heads")
def list_heads(
    caller: Reader, services: Services, camera_id: QueryId | None = None, site_id: QueryId | None = None
) -> HeadPage:
    """All heads inside one's scope, in order of their making."""
    heads, faults = services.heads.list()
    shown = [
        HeadView.of(head, services.heads.network.sha256)
        for head in heads
        if _is_in_scope(services, head, caller.scope)
        and camera_id in {None, head.scope.camera_id}
        and site_id in {None, head.scope.site_id}
    ]
    hidden = [HeadFaultView.of(fault) for fault in faults] if caller.scope.is_everything else []
    return HeadPage(items=shown, faults=hidden)


@router.post("/heads", status_code=201)
def create_head(body: HeadBody, response: Response, caller: Teacher, services: Services) -> HeadDetail:
    """Make a head, without examples yet."""
    _require_teachable(body, services)
    new = NewHead(
        name=body.name,
        states=tuple(body.states),
        scope=_scope(body, caller, services),
        code=body.code,
        breach_state=body.breach_state,
        keeps_crops=body.keeps_crops,
    )
    head = services.heads.create(new, actor=caller.account.user_id)
    response.headers["Location"] = f"/api/v1/heads/{head.head_id}"
    return _shown(services, head)


def _require_teachable(body: HeadBody, services: ApiServices) -> None:
    if body.code is None:
        return
    teachable = [entry.risk.code for entry in services.catalogue if entry.taught is not None]
    if body.code not in teachable:
        raise FieldError("body.code", f"one of {', '.join(teachable)}", "another code")
    if body.camera_id is None:
        raise FieldError("body.camera_id", "the camera that the code is judged on", "none")


def _scope(body: HeadBody, caller: Caller, services: ApiServices) -> HeadScope:
    if (body.camera_id is None) == (body.site_id is None):
        raise FieldError("body.camera_id", "a camera or a site", "both or neither")
    if body.camera_id is None:
        site_id = SiteId(str(body.site_id))
        if services.registry.get_site(site_id, caller.scope) is None:
            raise NotFoundError("site", site_id)
        if body.corners is not None:
            raise FieldError("body.corners", "none: a region belongs to a camera", "some")
        return HeadScope(site_id=site_id)
    camera = camera_in_scope(services, body.camera_id, caller.scope)
    region = None
    if body.corners is not None:
        try:
            region = Polygon(tuple(Point(corner.x, corner.y) for corner in body.corners))
        except ValueError as error:
            raise FieldError("body.corners", str(error), f"{len(body.corners)} corners") from error
    return HeadScope(site_id=camera.site_id, camera_id=camera.camera_id, region=region)


@router.get("/heads/{head_id}")
def read_head(head_id: PathId, caller: Reader, services: Services) -> HeadDetail:
    """One head with its examples, versions and history."""
    return _shown(services, _head(services, head_id, caller.scope))


@router.post("/heads/{head_id}/examples", status_code=201)
def add_example(head_id: PathId, body: ExampleBody, caller: Teacher, parts: PartsOf) -> HeadDetail:
    """Add an example from a picture, or from the camera's current frame."""
    services = parts.services
    head = _head(services, head_id, caller.scope)
    kind = OriginKind.CAMERA if body.picture is None else OriginKind.UPLOADED
    pixels = _pixels(parts, head, body, caller.scope)
    grown = services.heads.add_picture(
        head.head_id, body.state, pixels, origin=Origin(kind=kind), actor=caller.account.user_id
    )
    return _shown(services, grown)


@router.delete("/heads/{head_id}/examples/{example_id}")
def delete_example(head_id: PathId, example_id: PathId, caller: Teacher, services: Services) -> HeadDetail:
    """Take an example away, with its cut-out. Versions that were taught on it keep what they learnt."""
    head = _head(services, head_id, caller.scope)
    return _shown(services, services.heads.delete_examples(head.head_id, {example_id}, actor=caller.account.user_id))


@router.get("/heads/{head_id}/examples/{example_id}/crop.jpg", response_class=Response, responses=JPEG)
def read_crop(head_id: PathId, example_id: PathId, caller: Reader, services: Services) -> Response:
    """The kept cut-out of an example, faces masked."""
    head = _head(services, head_id, caller.scope)
    content = services.heads.crop(head.head_id, example_id)
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post("/heads/{head_id}/teach", status_code=201)
def teach_head(head_id: PathId, caller: Teacher, services: Services) -> VersionView:
    """Make a version of the examples as they are. What is live stays live."""
    head = _head(services, head_id, caller.scope)
    taught, version = services.heads.teach(head.head_id, actor=caller.account.user_id)
    return VersionView.of(taught, version, services.heads, _people(services))


@router.get("/heads/{head_id}/versions/{version}")
def read_version(head_id: PathId, version: int, caller: Reader, services: Services) -> VersionView:
    """A version's leave-one-out accuracy, the examples that are got wrong, and what it lacks to go live."""
    head = _head(services, head_id, caller.scope)
    found = services.heads.version(head, version)
    return VersionView.of(head, found, services.heads, _people(services))


@router.post("/heads/{head_id}/live")
def put_live(head_id: PathId, body: LiveBody, caller: HeadKeeper, services: Services) -> HeadDetail:
    """Let a version judge, the newest if none is named; 409 says what it lacks."""
    head = _head(services, head_id, caller.scope)
    live = services.heads.go_live(head.head_id, body.version, actor=caller.account.user_id)
    return _changed(services, live)


@router.post("/heads/{head_id}/roll-back")
def roll_back_head(head_id: PathId, caller: HeadKeeper, services: Services) -> HeadDetail:
    """Let the version judge that was live before the present one."""
    head = _head(services, head_id, caller.scope)
    return _changed(services, services.heads.roll_back(head.head_id, actor=caller.account.user_id))


@router.post("/heads/{head_id}/retire")
def retire_head(head_id: PathId, caller: HeadKeeper, services: Services) -> HeadDetail:
    """Take the head out of service; its versions stay."""
    head = _head(services, head_id, caller.scope)
    return _changed(services, services.heads.retire(head.head_id, actor=caller.account.user_id))


@router.post("/heads/{head_id}/reembed")
def reembed_head(head_id: PathId, caller: Teacher, services: Services) -> HeadDetail:
    """Look at the kept cut-outs with the embedding network in service, for a head that was taught on another one."""
    head = _head(services, head_id, caller.scope)
    return _changed(services, services.heads.reembed(head.head_id, actor=caller.account.user_id))


@router.post("/heads/{head_id}/judge")
def judge_picture(head_id: PathId, body: PictureBody, caller: Teacher, parts: PartsOf) -> HeadAnswerView:
    """What the live version, or the newest, says of a picture or of the camera's current frame. Nothing is kept."""
    head = _head(parts.services, head_id, caller.scope)
    pixels = _pixels(parts, head, body, caller.scope)
    return HeadAnswerView.of(parts.services.heads.judge(head.head_id, pixels))


@router.get("/cameras/{camera_id}/codes")
def list_camera_codes(camera_id: PathId, caller: Reader, services: Services) -> CameraCodePage:
    """Which codes can be detected on this camera, by the network or by its live heads, and why others cannot."""
    camera = camera_in_scope(services, camera_id, caller.scope)
    taught = services.heads.live_codes(camera.camera_id)
    return CameraCodePage(items=[CameraCodeView.of(entry, taught) for entry in services.catalogue])


def _head(services: ApiServices, head_id: str, scope: Scope) -> Head:
    """Raises NotFoundError also where it lies outside the scope."""
    try:
        head = services.heads.get(head_id)
    except HeadNotFoundError as error:
        raise NotFoundError("head", head_id) from error
    if not _is_in_scope(services, head, scope):
        raise NotFoundError("head", head_id)
    return head


def _is_in_scope(services: ApiServices, head: Head, scope: Scope) -> bool:
    if scope.is_everything:
        return True
    if head.scope.camera_id is not None:
        return services.registry.get_camera(head.scope.camera_id, scope) is not None
    return head.scope.site_id is not None and services.registry.get_site(head.scope.site_id, scope) is not None


def _pixels(parts: Parts, head: Head, body: PictureBody, scope: Scope) -> Pixels:
    """What the head is to be shown: the picture, its region of it, or of the camera's current frame."""
    if body.picture is None:
        return _region_of(_current_picture(parts, head, scope), head)
    try:
        content = base64.b64decode("".join(body.picture.split()), validate=True)
    except binascii.Error as error:
        raise FieldError("body.picture", "base64", "another text") from error
    pixels = decode_picture(content)
    return pixels if body.is_cropped else _region_of(PixelPicture(pixels), head)


def _region_of(picture: Picture, head: Head) -> Pixels:
    try:
        return cut_out(picture, surrounding_box(head.scope.region or Polygon.whole_frame()))
    except ValueError as error:
        found = f"{picture.width}x{picture.height} px"
        raise FieldError("body.picture", f"a picture that shows the region large enough ({error})", found) from error


def _current_picture(parts: Parts, head: Head, scope: Scope) -> Picture:
    services = parts.services
    if head.scope.camera_id is None:
        raise FieldError("body.picture", "a picture: the head belongs to no camera", "null")
    camera = camera_in_scope(services, head.scope.camera_id, scope)
    frame = services.fleet.latest_frame(CameraId(camera.camera_id))
    limit = parts.stills.limit_seconds(camera)
    age = None if frame is None else max(0.0, services.clock() - frame.clock)
    if frame is None or age is None or age > limit:
        raise NoFreshPictureError(camera.camera_id, age, limit)
    return frame.picture


def _changed(services: ApiServices, head: Head) -> HeadDetail:
    """What judges the head's camera has changed: its rules are made anew."""
    if head.scope.camera_id is not None:
        camera = services.registry.get_camera(head.scope.camera_id, Scope.everything())
        if camera is not None:
            services.control.camera_saved(camera)
    return _shown(services, head)


def _shown(services: ApiServices, head: Head) -> HeadDetail:
    used = None if head.scope.camera_id is None else services.head_use.used_on(head.scope.camera_id)
    return HeadDetail.of_used(head, services.heads, used, _people(services))


def _people(services: ApiServices) -> dict[str, str]:
    return {str(user.user_id): user.name for user in services.accounts.list_users()}
