"""Enterprises, sites, cameras and zones to rows and back."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, time
from typing import Any

from sqlalchemy import Row

from domain.credit_code import CreditCode
from domain.geometry import Polygon
from domain.organisation import Camera, Contact, Enterprise, Pause, Site, Source
from domain.place_check import PlaceCheck
from domain.schedule import DailyHours, OpenHours, Schedule, SpecialDay
from domain.zone import Zone
from domain.zone_hours import Holds, ZoneHours


def enterprise_values(enterprise: Enterprise) -> dict[str, Any]:
    return {
        "enterprise_id": enterprise.enterprise_id,
        "name": enterprise.name,
        "credit_code": enterprise.credit_code.value,
        "type": enterprise.type,
        "licence_no": enterprise.licence_no,
        "licence_valid_to": enterprise.licence_valid_to,
        "region": enterprise.region,
        "head_office_id": enterprise.head_office_id,
        "contacts": [asdict(contact) for contact in enterprise.contacts] or None,
    }


def enterprise_of(row: Row[Any]) -> Enterprise:
    return Enterprise(
        enterprise_id=row.enterprise_id,
        name=row.name,
        credit_code=CreditCode(row.credit_code),
        type=row.type,
        licence_no=row.licence_no,
        licence_valid_to=row.licence_valid_to,
        region=row.region,
        head_office_id=row.head_office_id,
        contacts=tuple(Contact(**contact) for contact in row.contacts or ()),
    )


def site_values(site: Site) -> dict[str, Any]:
    return {
        "site_id": site.site_id,
        "enterprise_id": site.enterprise_id,
        "name": site.name,
        "schedule": _schedule_document(site.schedule),
    }


def site_of(row: Row[Any]) -> Site:
    return Site(
        site_id=row.site_id, enterprise_id=row.enterprise_id, name=row.name, schedule=_schedule_of(row.schedule)
    )


def _schedule_document(schedule: Schedule) -> dict[str, Any]:
    return {
        "timezone": schedule.timezone,
        "hours": _week_document(schedule.hours),
        "closed_days": sorted(day.isoformat() for day in schedule.closed_days),
        "special_days": [
            {
                "day": special.day.isoformat(),
                "hours": [[stretch.start.isoformat(), stretch.end.isoformat()] for stretch in special.hours],
            }
            for special in schedule.special_days
        ],
        "keeps_holidays": schedule.keeps_holidays,
    }


def _week_document(hours: Iterable[OpenHours]) -> list[dict[str, Any]]:
    return [
        {"weekday": stretch.weekday, "start": stretch.start.isoformat(), "end": stretch.end.isoformat()}
        for stretch in hours
    ]


def _week_of(document: Iterable[dict[str, Any]]) -> tuple[OpenHours, ...]:
    return tuple(
        OpenHours(
            weekday=stretch["weekday"],
            start=time.fromisoformat(stretch["start"]),
            end=time.fromisoformat(stretch["end"]),
        )
        for stretch in document
    )


def _schedule_of(document: dict[str, Any]) -> Schedule:
    return Schedule(
        timezone=document["timezone"],
        hours=_week_of(document["hours"]),
        closed_days=frozenset(date.fromisoformat(day) for day in document["closed_days"]),
        # Rows of earlier versions have neither.
        special_days=tuple(
            SpecialDay(
                day=date.fromisoformat(special["day"]),
                hours=tuple(
                    DailyHours(start=time.fromisoformat(start), end=time.fromisoformat(end))
                    for start, end in special["hours"]
                ),
            )
            for special in document.get("special_days", ())
        ),
        keeps_holidays=document.get("keeps_holidays", False),
    )


def camera_values(camera: Camera) -> dict[str, Any]:
    source = camera.source
    return {
        "camera_id": camera.camera_id,
        "site_id": camera.site_id,
        "name": camera.name,
        "location": source.location,
        "transport": source.transport,
        "pace": source.pace,
        "loops": source.loops,
        "analysed_fps": camera.analysed_fps,
        "is_enabled": camera.is_enabled,
        "codes": None if camera.codes is None else sorted(camera.codes),
        "version": camera.version,
        **_pause_values(camera.pause),
        "external_id": camera.external_id,
        "analysis_location": camera.analysis_location,
        "node_id": camera.node_id,
        **_place_values(camera.place),
    }


def _place_values(place: PlaceCheck) -> dict[str, Any]:
    return {
        "place": place.standing,
        "place_by": place.by,
        "place_at": place.at,
        "place_picture_sha256": place.picture_sha256,
        "place_note": place.note or None,
    }


def _place_of(row: Row[Any]) -> PlaceCheck:
    return PlaceCheck(
        standing=row.place,
        by=row.place_by,
        at=row.place_at,
        picture_sha256=row.place_picture_sha256,
        note=row.place_note or "",
    )


def _pause_values(pause: Pause | None) -> dict[str, Any]:
    return {
        "paused_by": pause.by if pause else None,
        "paused_at": pause.at if pause else None,
        "pause_reason": pause.reason if pause else None,
    }


def _pause_of(row: Row[Any]) -> Pause | None:
    if row.paused_by is None:
        return None
    return Pause(by=row.paused_by, at=row.paused_at, reason=row.pause_reason or "")


def camera_of(row: Row[Any]) -> Camera:
    source = Source(location=row.location.get_secret_value(), transport=row.transport, pace=row.pace, loops=row.loops)
    return Camera(
        camera_id=row.camera_id,
        site_id=row.site_id,
        name=row.name,
        source=source,
        analysed_fps=row.analysed_fps,
        is_enabled=row.is_enabled,
        codes=None if row.codes is None else frozenset(row.codes),
        version=row.version,
        pause=_pause_of(row),
        external_id=row.external_id,
        analysis_location=None if row.analysis_location is None else row.analysis_location.get_secret_value(),
        node_id=row.node_id,
        place=_place_of(row),
    )


def zone_values(zone: Zone) -> dict[str, Any]:
    return {
        "zone_id": zone.zone_id,
        "camera_id": zone.camera_id,
        "name": zone.name,
        "type": zone.type,
        "corners": [[corner.x, corner.y] for corner in zone.polygon.corners],
        "version": zone.version,
        "hours": zone.hours and {"holds": zone.hours.holds.value, "hours": _week_document(zone.hours.hours)},
    }


def zone_of(row: Row[Any]) -> Zone:
    return Zone(
        zone_id=row.zone_id,
        camera_id=row.camera_id,
        name=row.name,
        type=row.type,
        polygon=Polygon.of([(x, y) for x, y in row.corners]),
        version=row.version,
        hours=row.hours and ZoneHours(holds=Holds(row.hours["holds"]), hours=_week_of(row.hours["hours"])),
    )
