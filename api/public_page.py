"""What everybody may see, put together from what the owner set and what each enterprise consented to. Any thread.

Only what people have reviewed is counted, up to yesterday; leads, colours and indexes are no part of it. A camera
without a picture is unknown. A picture is shown only if it is fresh and everybody in it was made unrecognisable.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import cv2
import structlog

from alerts.masking import masked, unreadable
from api.conditions import condition_of
from api.services import ApiServices
from api.stills import StillMaker, still_size
from credit.publicity import PublicExtent
from domain.frame import Frame
from domain.ids import CameraId, EnterpriseId
from domain.organisation import Camera, Enterprise
from domain.place_check import PlaceStanding
from domain.scope import Scope
from domain.zone import ZoneType

log = structlog.get_logger(__name__)

DAYS = 30
PICTURE_SECONDS = 60.0  # a picture is made anew that rarely, however many people look
MOST_PICTURES = 256
JPEG_QUALITY = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFirm:
    """One enterprise as everybody sees it. `confirmed` and `verified` are of the days from `day_from` to `day_to`."""

    enterprise: Enterprise
    extent: PublicExtent
    seen: int
    unknown: int
    confirmed: int
    verified: int
    day_from: date
    day_to: date
    cameras: Sequence[Camera]
    """Those with a picture to be shown; empty where pictures are not consented to."""


class PublicPage:
    """The public page's answers and masked pictures."""

    def __init__(self, services: ApiServices, stills: StillMaker) -> None:
        self._services = services
        self._stills = stills
        self._pictures: OrderedDict[CameraId, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def limit(self) -> PublicExtent:
        """How far the owner lets the page go."""
        return PublicExtent(self._services.settings.public_page)

    def extents(self) -> dict[EnterpriseId, PublicExtent]:
        """What may be seen of whom, in order of id; whoever is not in it is not to be seen."""
        if self.limit is PublicExtent.NONE:
            return {}
        standing = self._services.consents.standing()
        return {each: standing[each].at_most(self.limit) for each in sorted(standing)}

    def firms(self, after: str | None, limit: int) -> list[PublicFirm]:
        """In order of id, after the given id."""
        wanted = [(each, extent) for each, extent in self.extents().items() if after is None or each > after]
        found = (self._firm(each, extent) for each, extent in wanted)
        firms = []
        for firm in found:
            if firm is not None:
                firms.append(firm)
            if len(firms) == limit:
                break
        return firms

    def _firm(self, enterprise_id: EnterpriseId, extent: PublicExtent) -> PublicFirm | None:
        services, everything = self._services, Scope.everything()
        enterprise = services.registry.get_enterprise(enterprise_id, everything)
        if enterprise is None:
            return None
        day_to = services.credit.index.profile.today(services.now()) - timedelta(days=1)
        day_from = day_to - timedelta(days=DAYS - 1)
        # By where each finding stands now: what was overturned or corrected since, or is disputed, is no finding.
        counts = services.credit.ledgers.counts(enterprise_id, everything, day_from, day_to)
        sites = services.registry.list_sites(everything, enterprise_id)
        cameras = [each for site in sites for each in services.registry.list_cameras(everything, site.site_id)]
        seen = [each for each in cameras if self._is_seen(each)]
        return PublicFirm(
            enterprise=enterprise,
            extent=extent,
            seen=len(seen),
            unknown=len(cameras) - len(seen),
            confirmed=sum(each.confirmed for each in counts),
            verified=sum(each.verified for each in counts),
            day_from=day_from,
            day_to=day_to,
            cameras=[each for each in seen if self._may_be_shown(each)] if extent is PublicExtent.PICTURES else (),
        )

    def _is_seen(self, camera: Camera) -> bool:
        fleet = self._services.fleet
        frame = fleet.latest_frame(camera.camera_id)
        if frame is None or self._services.clock() - frame.clock > self._stills.limit_seconds(camera):
            return False
        return condition_of(camera, fleet.status(camera.camera_id)) == "online"

    def _may_be_shown(self, camera: Camera) -> bool:
        """A person has seen that it shows no place that must not be watched, and people in it can be hidden."""
        return self._services.people is not None and camera.place.standing is PlaceStanding.CONFIRMED

    def picture(self, camera_id: CameraId) -> bytes | None:
        """A JPEG in which nobody is to be recognised; None for whatever is not to be shown, whyever."""
        services, everything = self._services, Scope.everything()
        camera = services.registry.get_camera(camera_id, everything)
        site = None if camera is None else services.registry.get_site(camera.site_id, everything)
        if camera is None or site is None:
            return None
        if self.extents().get(site.enterprise_id) is not PublicExtent.PICTURES:
            return None
        if not self._is_seen(camera) or not self._may_be_shown(camera):
            return None
        return self._kept(camera)

    def _kept(self, camera: Camera) -> bytes | None:
        with self._lock:  # one at a time: strangers get one processor's time between them, and no more
            now = self._services.clock()
            kept = self._pictures.get(camera.camera_id)
            if kept is not None and now - kept[0] < PICTURE_SECONDS:
                return kept[1]
            frame = self._services.fleet.latest_frame(camera.camera_id)
            content = None if frame is None else self._made(frame)
            if content is None:
                return None
            self._pictures[camera.camera_id] = (now, content)
            self._pictures.move_to_end(camera.camera_id)
            while len(self._pictures) > MOST_PICTURES:
                self._pictures.popitem(last=False)
            return content

    def _made(self, frame: Frame) -> bytes | None:
        people, picture = self._services.people, frame.picture
        if people is None:
            return None
        width, height = still_size(picture.width, picture.height, self._services.settings.still_width_px)
        zones = self._services.registry.list_zones(frame.camera_id)
        screens = [zone.polygon for zone in zones if zone.type is ZoneType.SCREEN]
        try:
            whole = picture.bgr(picture.width, picture.height)
            hidden = unreadable(masked(whole, people.find(whole)), screens)
        except Exception:
            log.exception("public_picture_not_masked", camera_id=frame.camera_id)
            return None
        encoded, content = cv2.imencode(
            ".jpg",
            cv2.resize(hidden, (width, height), interpolation=cv2.INTER_AREA),
            [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY],
        )
        return bytes(content.tobytes()) if encoded else None
