"""Names, clips and zones of the demonstration's cameras: `cameras.yaml`, validated."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from domain.geometry import Polygon
from domain.ids import CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Camera, EnterpriseType, Pace, Source
from domain.zone import Zone, ZoneType
from service.demo.document import Part, read_yaml
from service.demo.promises import Promises, read_promises

HERE = Path(__file__).resolve().parent
# They travel with the package.
CLIPS = HERE / "clips"
CAMERAS_FILE = HERE / "cameras.yaml"
PROMISES_SUFFIX = ".json"

Name = Annotated[str, Field(min_length=1, max_length=60)]
Corner = tuple[float, float]

# Fixed ids, so that a second start finds what the first one made: valid UUIDs of version 7 from 1970, each kind with a
# range of its own. Cameras of the demonstration before this one had 0000000001NN; those go.
_ID = "00000000-0000-7000-8000-{:012d}"
ID_PREFIX = "00000000-0000-7000-8000-0000000"
_FIRST_CAMERA, _FIRST_ZONE = 200, 20_000


class Named(Part):
    """A thing with a name in both languages."""

    zh: Name
    en: Name

    @property
    def shown_name(self) -> str:
        return f"{self.zh} ({self.en})"


class DemoZone(Named):
    """A part of a camera's picture; corners are (x, y) in fractions of it, the last one is joined to the first."""

    type: ZoneType
    polygon: tuple[Corner, ...]

    @field_validator("polygon")
    @classmethod
    def _encloses_an_area(cls, corners: tuple[Corner, ...]) -> tuple[Corner, ...]:
        Polygon.of(corners)
        return corners


class DemoCamera(Named):
    """`clip` is the story's name, `number` what the camera's id is made of: never used for another camera again."""

    clip: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    number: int = Field(ge=1, le=99)
    zones: tuple[DemoZone, ...] = ()

    @property
    def camera_id(self) -> CameraId:
        return CameraId(_ID.format(_FIRST_CAMERA + self.number))

    def path(self, folder: Path = CLIPS) -> Path:
        return folder / f"{self.clip}.mp4"

    def promises(self, folder: Path = CLIPS) -> Promises:
        """Raises DemoError where they are missing or wrong."""
        return read_promises(folder / f"{self.clip}{PROMISES_SUFFIX}")

    def camera(self, site_id: SiteId, folder: Path = CLIPS) -> Camera:
        """As it is registered: its clip is played for ever at its own pace."""
        source = Source(location=str(self.path(folder)), pace=Pace.LIVE, loops=True)
        return Camera(camera_id=self.camera_id, site_id=site_id, name=self.shown_name, source=source)

    @cached_property
    def registered_zones(self) -> tuple[Zone, ...]:
        return tuple(
            Zone(
                zone_id=ZoneId(_ID.format(_FIRST_ZONE + 100 * self.number + place)),
                camera_id=self.camera_id,
                name=zone.shown_name,
                type=zone.type,
                polygon=Polygon.of(zone.polygon),
            )
            for place, zone in enumerate(self.zones, start=1)
        )


class DemoSite(Named):
    """One place with its own (fictitious) enterprise. `number` is what their ids and the credit code are made of."""

    number: int = Field(ge=1, le=9)
    enterprise: Named
    type: EnterpriseType
    cameras: tuple[DemoCamera, ...] = Field(min_length=1)

    @property
    def enterprise_id(self) -> EnterpriseId:
        return EnterpriseId(_ID.format(2 * self.number + 1))

    @property
    def site_id(self) -> SiteId:
        return SiteId(_ID.format(2 * self.number + 2))


class Demo(Part):
    """The whole demonstration. `licence` is an SPDX name."""

    made_by: str
    licence: str
    sites: tuple[DemoSite, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _nothing_is_there_twice(self) -> Self:
        named: list[tuple[str, list[str]]] = [
            ("clip", [each.clip for each in self.cameras]),
            ("number of a camera", [str(each.number) for each in self.cameras]),
            ("number of a site", [str(each.number) for each in self.sites]),
        ]
        for what, values in named:
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"each {what} once, got {twice[0]} more than once")
        return self

    @property
    def cameras(self) -> tuple[DemoCamera, ...]:
        return tuple(camera for site in self.sites for camera in site.cameras)

    def camera(self, clip: str) -> DemoCamera | None:
        return next((each for each in self.cameras if each.clip == clip), None)


def load_demo(path: Path = CAMERAS_FILE) -> Demo:
    """Raises DemoError naming the file and the first wrong field."""
    return read_yaml(path, Demo)
