import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.credit_code import CreditCode
from domain.geometry import Polygon
from domain.ids import CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Camera, Enterprise, Site, Source
from domain.zone import Zone, ZoneType

CAMERA = Camera(
    camera_id=CameraId("c"), site_id=SiteId("s"), name="前厅", source=Source(location="rtsp://admin:geheim@10.0.0.9/1")
)
ENTERPRISE = Enterprise(enterprise_id=EnterpriseId("e"), name="示例餐厅", credit_code=CreditCode.generated(1))
SITE = Site(site_id=SiteId("s"), enterprise_id=EnterpriseId("e"), name="后厨")
ZONE = Zone(
    zone_id=ZoneId("z"), camera_id=CameraId("c"), name="专间", type=ZoneType.SPECIAL_ROOM, polygon=Polygon.whole_frame()
)

BAD_NAMES = ["", "  ", "\u3000", "a\nb", "a\0b", "\ud800", "x" * 201]


@pytest.mark.parametrize("name", BAD_NAMES, ids=[ascii(name[:4]) for name in BAD_NAMES])
@pytest.mark.parametrize("entry", [CAMERA, ENTERPRISE, SITE, ZONE], ids=["camera", "enterprise", "site", "zone"])
def test_a_name_that_no_list_can_show_is_refused(entry: Camera | Enterprise | Site | Zone, name: str) -> None:
    with pytest.raises(ValueError, match="name must"):
        replace(entry, name=name)


@pytest.mark.parametrize("name", ["厨房　一号", "Küche 1", "مطبخ", "👩‍🍳", "x" * 200])
def test_a_name_in_any_script_is_taken(name: str) -> None:
    assert replace(CAMERA, name=name).name == name


@pytest.mark.parametrize("location", ["", " ", "rtsp://host/\n", "x" * 2001])
def test_a_location_that_is_none_is_refused_without_repeating_it(location: str) -> None:
    with pytest.raises(ValueError, match="location must") as caught:
        Source(location=location)

    assert "rtsp" not in str(caught.value)


def test_a_password_in_a_location_is_not_shown() -> None:
    assert "geheim" not in repr(CAMERA)
    assert "geheim" not in str(CAMERA.source)


@pytest.mark.parametrize("fps", [0.0, -1.0, 30.1, math.nan, math.inf])
def test_a_rate_that_no_camera_can_keep_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="analysed_fps must be above 0 and at most 30"):
        replace(CAMERA, analysed_fps=fps)


@given(st.floats(min_value=0.0, max_value=30.0, exclude_min=True))
def test_any_rate_up_to_thirty_is_taken(fps: float) -> None:
    assert replace(CAMERA, analysed_fps=fps).analysed_fps == fps
