"""From a table of cameras to what has to be added and changed. Pure: the same table twice changes nothing.

A row means a camera that is there already if it names its `camera_id`, else its `external_id`, else its address
without the login. A cell left empty stays as it is, or takes the default for a new camera.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from credit.camera_index import CameraIndex, address_key
from credit.camera_sheet import Fault, Sheet, SheetRow, shown
from domain.ids import CameraId, SiteId
from domain.organisation import MAXIMUM_ANALYSED_FPS, Camera, Pause, Site, Source, Transport
from domain.text import require_text

LONGEST_CAMERA_NAME = 100
YES = frozenset({"yes", "true", "1", "on", "是", "启用"})
NO = frozenset({"no", "false", "0", "off", "否", "停用", "暂停"})
IMPORT_REASON = "import"
_HIDDEN_LOGIN = "***"

Refusal = tuple[str, str]
"""What was expected of an address, and what was found, in words without the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports, and what they may write. `refusal` tells what is wrong with an address, or None.

    `shown_address` hides its login and passwords, as exports do.
    """

    by: str
    at: datetime
    new_id: Callable[[], str]
    refusal: Callable[[str], Refusal | None]
    shown_address: Callable[[str], str]
    known_codes: frozenset[str]
    asks_for_places: bool = False
    """New cameras, and those whose address changes, wait for a person who looks at what they show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a table comes to. `changed` are as they shall be, with the version that they were read at.

    `rows` tells for each camera from which row it comes; `unchanged` are as the table wants them already.
    """

    added: tuple[Camera, ...] = ()
    changed: tuple[Camera, ...] = ()
    unchanged: tuple[Camera, ...] = ()
    rows: Mapping[CameraId, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


class _CellError(Exception):
    def __init__(self, column: str, expected: str, found: str) -> None:
        super().__init__(column)
        self.column, self.expected, self.found = column, expected, found


def plan(sheet: Sheet, sites: Sequence[Site], cameras: Iterable[Camera], importer: Importer) -> Plan:
    """What to add and to change among the cameras (those that the importer may see); faulty rows are left out."""
    desk = _Desk(sites, cameras, importer)
    faults = list(sheet.faults)
    for row in sheet.rows:
        try:
            desk.take(row)
        except _CellError as error:
            faults.append(Fault(row=row.row, column=error.column, expected=error.expected, found=error.found))
    return replace(desk.plan(), faults=tuple(faults))


class _Desk:
    """The cameras as they are after each row."""

    def __init__(self, sites: Sequence[Site], cameras: Iterable[Camera], importer: Importer) -> None:
        self._importer = importer
        self._sites = {site.site_id: site for site in sites}
        self._before = {camera.camera_id: camera for camera in cameras}
        self._now = CameraIndex(self._before.values())
        self._rows: dict[CameraId, int] = {}

    def take(self, row: SheetRow) -> None:
        site = self._site(row.cells)
        present = self._present(row.cells, site)
        if present is not None and present.camera_id in self._rows:
            raise _CellError("", "each camera once", f"the camera of row {self._rows[present.camera_id]} again")
        if present is not None and present.node_id is not None:
            raise _CellError("", "a camera that this installation watches", f"one that node {present.node_id} reports")
        site = site or (self._sites.get(present.site_id) if present else None)
        if site is None:
            raise _CellError("site", "a site, by id or by name", "nothing")
        camera = self._camera(row.cells, site, present)
        self._require_unique(camera)
        self._now.put(camera)
        self._rows[camera.camera_id] = row.row

    def plan(self) -> Plan:
        touched = [camera for camera_id in self._rows if (camera := self._now.get(camera_id))]
        known = [camera for camera in touched if camera.camera_id in self._before]
        return Plan(
            added=tuple(camera for camera in touched if camera.camera_id not in self._before),
            changed=tuple(camera for camera in known if camera != self._before[camera.camera_id]),
            unchanged=tuple(camera for camera in known if camera == self._before[camera.camera_id]),
            rows=dict(self._rows),
        )

    def _site(self, cells: Mapping[str, str]) -> Site | None:
        if (site_id := cells.get("site_id")) is not None:
            site = self._sites.get(SiteId(site_id))
            if site is None:
                raise _CellError("site_id", "the id of a site that you may see", shown("site_id", site_id))
            return site
        if (name := cells.get("site")) is None:
            return None
        found = [site for site in self._sites.values() if site.name == name]
        if len(found) != 1:
            expected = "the name of one site" if found else "the name of a site that you may see"
            raise _CellError("site", expected, f"{len(found)} of that name" if found else shown("site", name))
        return found[0]

    def _present(self, cells: Mapping[str, str], site: Site | None) -> Camera | None:
        if (camera_id := cells.get("camera_id")) is not None:
            camera = self._now.get(CameraId(camera_id))
            if camera is None:
                raise _CellError("camera_id", "the id of a camera that you may see", shown("camera_id", camera_id))
            return camera
        external_id = cells.get("external_id")
        if external_id is not None and (camera := self._of_external_id(external_id, site)) is not None:
            return camera
        camera = self._of_address(cells.get("location"), site)
        if camera is not None and external_id is not None and camera.external_id not in {None, external_id}:
            raise _CellError("location", "an address of its own", f"that of the camera {camera.name!r}")
        return camera

    def _of_external_id(self, external_id: str, site: Site | None) -> Camera | None:
        found = self._now.of_external_id(external_id)
        here = [camera for camera in found if site is not None and camera.site_id == site.site_id]
        if not here and len(found) > 1:
            raise _CellError("external_id", "an id that one camera has", f"{len(found)} cameras with it")
        return next(iter(here or found), None)

    def _of_address(self, location: str | None, site: Site | None) -> Camera | None:
        if location is None:
            return None
        found = self._now.of_address(location)
        exact = [camera for camera in found if camera.source.location == location]
        here = [camera for camera in found if site is not None and camera.site_id == site.site_id]
        for candidates in (exact, here, found):
            if len(candidates) == 1:
                return candidates[0]
        if found:
            raise _CellError("location", "an address that one camera has", f"{len(found)} cameras with it")
        return None

    def _camera(self, cells: Mapping[str, str], site: Site, present: Camera | None) -> Camera:
        base = present or self._new(cells, site)
        changed = replace(
            base,
            site_id=site.site_id,
            name=_text(cells, "name", base.name, LONGEST_CAMERA_NAME),
            source=self._source(cells, base.source),
            analysed_fps=_fps(cells, base.analysed_fps),
            codes=self._codes(cells, base.codes),
            external_id=_text(cells, "external_id", base.external_id or "", 200) or None,
            analysis_location=self._address(cells, "analysis_location", base.analysis_location),
        )
        if "analysis_location" not in cells and address_key(changed.source.location) != address_key(
            base.source.location
        ):
            changed = replace(changed, analysis_location=None)  # it was the old camera's
        if self._importer.asks_for_places:
            changed = changed.asked_about() if present is None else changed.asked_again_after(present)
        return self._switched(cells, changed)

    def _new(self, cells: Mapping[str, str], site: Site) -> Camera:
        for column in ("name", "location"):
            if column not in cells:
                raise _CellError(column, f"a {column} for a new camera", "nothing")
        return Camera(
            camera_id=CameraId(self._importer.new_id()),
            site_id=site.site_id,
            name=_text(cells, "name", "", LONGEST_CAMERA_NAME),
            source=Source(location=self._address(cells, "location", None) or ""),
        )

    def _source(self, cells: Mapping[str, str], source: Source) -> Source:
        wanted = cells.get("transport", source.transport.value).lower()
        if wanted not in set(Transport):
            raise _CellError("transport", "auto, tcp or udp", shown("transport", wanted))
        location = self._address(cells, "location", source.location)
        return replace(source, location=location or source.location, transport=Transport(wanted))

    def _address(self, cells: Mapping[str, str], column: str, known: str | None) -> str | None:
        """The address of a cell. One whose login is hidden, as exports have it, means the known one."""
        location = cells.get(column)
        if location is None or location == known:
            return known
        if _HIDDEN_LOGIN in location:
            if known is not None and location == self._importer.shown_address(known):
                return known
            raise _CellError(column, "an address with its login", "one whose login is hidden")
        try:
            require_text(column, location, 2_000)
        except ValueError as error:
            raise _CellError(column, "an address", str(error)) from None
        if (refusal := self._importer.refusal(location)) is not None:
            raise _CellError(column, *refusal)
        return location

    def _codes(self, cells: Mapping[str, str], known: frozenset[str] | None) -> frozenset[str] | None:
        if (text := cells.get("codes")) is None:
            return known
        codes = [code for code in re.split(r"[\s;,、；，]+", text) if code]
        for code in codes:
            if code not in self._importer.known_codes:
                raise _CellError("codes", "codes of the catalogue", shown("codes", code))
        return frozenset(codes)

    def _switched(self, cells: Mapping[str, str], camera: Camera) -> Camera:
        word = cells.get("is_enabled", "").lower()
        if not word:
            return camera
        if word not in YES | NO:
            raise _CellError("is_enabled", "yes or no", shown("is_enabled", word))
        if (word in YES) == camera.is_enabled:
            return camera
        importer = self._importer
        return (
            camera.resumed()
            if word in YES
            else camera.paused(Pause(by=importer.by, at=importer.at, reason=IMPORT_REASON))
        )

    def _require_unique(self, camera: Camera) -> None:
        if any(other.camera_id != camera.camera_id for other in self._now.of_name(camera.site_id, camera.name)):
            raise _CellError("name", "a name that no other camera of the site has", shown("name", camera.name))
        external_id = camera.external_id
        for other in [] if external_id is None else self._now.of_external_id(external_id):
            if other.camera_id != camera.camera_id and other.site_id == camera.site_id:
                expected = "an id that no other camera of the site has"
                raise _CellError("external_id", expected, shown("external_id", external_id or ""))


def _text(cells: Mapping[str, str], column: str, known: str, longest: int) -> str:
    if (text := cells.get(column)) is None:
        return known
    try:
        require_text(column, text, longest)
    except ValueError as error:
        raise _CellError(column, f"a text of one line, at most {longest} characters", str(error)) from None
    return text


def _fps(cells: Mapping[str, str], known: float) -> float:
    if (text := cells.get("analysed_fps")) is None:
        return known
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= MAXIMUM_ANALYSED_FPS:
        expected = f"a number above 0 and at most {MAXIMUM_ANALYSED_FPS:g}"
        raise _CellError("analysed_fps", expected, shown("analysed_fps", text))
    return value
