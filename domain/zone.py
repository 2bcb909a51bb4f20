"""A named part of one camera's picture, with the kind of work that is done there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.schedule import Schedule
from domain.text import require_text
from domain.zone_hours import ZoneHours


class ZoneType(StrEnum):
    """What a place is for. A person sets it: duties such as the mask in a 专间 hang on it."""

    SPECIAL_ROOM = "special_room"  # 专间
    SPECIAL_AREA = "special_area"  # 专用操作区
    COOKING = "cooking"  # 烹饪
    ROUGH_PREPARATION = "rough_preparation"  # 粗加工
    CUTTING = "cutting"  # 切配
    WASHING = "washing"  # 餐用具洗消
    SERVING = "serving"  # 备餐
    STORAGE = "storage"  # 库房
    PACKING = "packing"  # 打包
    WORK_SITE = "work_site"  # 施工现场: a building site, where the rules of kitchens do not apply
    OTHER = "other"  # 其他
    IGNORED = "ignored"  # nothing with its foot in here is judged: a poster, a window, a dining room
    PRIVATE = "private"  # 隐私区: black before anything looks at the picture; such a camera keeps no clips
    SCREEN = "screen"  # 屏幕: a screen or a board with names, made unreadable in stills

    @property
    def is_place(self) -> bool:
        """Somebody or something can be there; the others only say what must not be seen."""
        return self not in {ZoneType.PRIVATE, ZoneType.SCREEN}

    @property
    def may_have_hours(self) -> bool:
        """What must not be seen is covered at all times: no clock that may be wrong uncovers it."""
        return self.is_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A named polygon on one camera.

    `version` grows with each edit, so two editors cannot overwrite each other. Outside of its `hours` (None: it holds
    always) a place is not looked at, and what an ignored zone hides is judged.
    """

    zone_id: ZoneId
    camera_id: CameraId
    name: str
    type: ZoneType
    polygon: Polygon
    version: int = 1
    hours: ZoneHours | None = None

    def __post_init__(self) -> None:
        require_text("name", self.name)
        if self.hours is not None and not self.type.may_have_hours:
            raise ValueError(f"hours must be none where a zone of type {self.type} covers what must not be seen")

    def holds(self, site: Schedule, at: datetime) -> bool:
        """Whether it holds at this moment (aware UTC) at a site with this schedule."""
        return self.hours is None or self.hours.allow(site, at)

    def contains(self, box: Box) -> bool:
        """Tell whether the subject stands in the zone: its foot is inside or on the edge.

        The foot is taken of the whole box. Clipping the box to the zone first moves the foot inside and
        makes every neighbour of the zone its guest.
        """
        return self.polygon.contains(box.foot)
