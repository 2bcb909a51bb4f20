"""Entries of the registry made for tests."""

from datetime import date, time

from domain.credit_code import CreditCode
from domain.geometry import Polygon
from domain.ids import CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Camera, Enterprise, EnterpriseType, Pace, Site, Source, Transport
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours

SCHEDULE = Schedule(
    timezone="America/New_York",
    hours=(
        OpenHours(weekday=5, start=time(22), end=time(4, 30, 15, 250)),
        OpenHours(weekday=0, start=time(9), end=time(9)),
    ),
    closed_days=frozenset({date(2026, 1, 1), date(2026, 10, 1)}),
    special_days=(
        SpecialDay(day=date(2026, 2, 17), hours=(DailyHours(start=time(10), end=time(14, 30, 15, 250)),)),
        SpecialDay(day=date(2026, 2, 18)),
    ),
    keeps_holidays=True,
)


def enterprise(number: int = 1, **changes: object) -> Enterprise:
    values: dict[str, object] = {
        "enterprise_id": EnterpriseId(f"enterprise-{number}"),
        "name": f"示例餐厅 {number}",
        "credit_code": CreditCode.generated(number),
        "type": EnterpriseType.SCHOOL_CANTEEN,
    }
    return Enterprise(**(values | changes))  # type: ignore[arg-type]


def site(number: int = 1, of: int = 1, **changes: object) -> Site:
    values: dict[str, object] = {
        "site_id": SiteId(f"site-{number}"),
        "enterprise_id": EnterpriseId(f"enterprise-{of}"),
        "name": f"后厨 {number}",
        "schedule": SCHEDULE,
    }
    return Site(**(values | changes))  # type: ignore[arg-type]


def camera(number: int = 1, of: int = 1, **changes: object) -> Camera:
    values: dict[str, object] = {
        "camera_id": CameraId(f"camera-{number}"),
        "site_id": SiteId(f"site-{of}"),
        "name": f"camera {number}",
        "source": Source(
            location=f"rtsp://admin:geheim@10.0.0.{number}/1", transport=Transport.UDP, pace=Pace.FAST, loops=True
        ),
        "analysed_fps": 0.1 + number,
        "is_enabled": False,
        "codes": frozenset({"pest.rodent", "animal.pet"}),
    }
    return Camera(**(values | changes))  # type: ignore[arg-type]


def zone(number: int = 1, of: int = 1, **changes: object) -> Zone:
    values: dict[str, object] = {
        "zone_id": ZoneId(f"zone-{number}"),
        "camera_id": CameraId(f"camera-{of}"),
        "name": f"专间 {number}",
        "type": ZoneType.SPECIAL_ROOM,
        "polygon": Polygon.of([(0.1, 0.1), (1 / 3, 0.2), (0.7, 0.9)]),
        "hours": ZoneHours(holds=Holds.OUTSIDE_HOURS, hours=SCHEDULE.hours) if number == 3 else None,
    }
    return Zone(**(values | changes))  # type: ignore[arg-type]
