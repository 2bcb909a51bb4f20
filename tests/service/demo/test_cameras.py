"""The demonstration's cameras as they are shipped, and what is said of a file that describes them wrongly."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from service.demo.cameras import CAMERAS_FILE, Demo, load_demo
from service.demo.errors import DemoError


def test_at_least_five_cameras_watch_a_kitchen_and_a_building_site() -> None:
    demo = load_demo()

    assert len({camera.shown_name for camera in demo.cameras}) == len(demo.cameras) >= 5
    assert {site.type.value for site in demo.sites} == {"restaurant", "work_site"}


def test_every_id_is_used_once() -> None:
    demo = load_demo()
    ids: list[str] = [zone.zone_id for camera in demo.cameras for zone in camera.registered_zones]
    ids += [camera.camera_id for camera in demo.cameras]
    ids += [each for site in demo.sites for each in (site.enterprise_id, site.site_id)]

    assert len(set(ids)) == len(ids)


def test_the_licence_of_the_clips_is_the_projects() -> None:
    demo = load_demo()

    assert demo.licence == "AGPL-3.0-or-later"
    assert "models/synth" in demo.made_by


def read_changed(folder: Path, place: tuple[str | int, ...], value: object) -> Demo:
    """The shipped file with one value changed."""
    document: Any = yaml.safe_load(CAMERAS_FILE.read_text(encoding="utf-8"))
    part = document
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    path = folder / "cameras.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return load_demo(path)


CAMERA = ("sites", 0, "cameras", 0)
ZONE = (*CAMERA, "zones", 0)


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (("licence",), None, "licence"),
        (("sites",), [], "sites"),
        (("sites", 0, "type"), "ship", "sites.0.type"),
        ((*CAMERA, "zh"), "", "sites.0.cameras.0.zh"),
        ((*CAMERA, "clip"), "Hot Kitchen", "sites.0.cameras.0.clip"),
        ((*CAMERA, "colour"), "red", "sites.0.cameras.0.colour"),
        ((*ZONE, "type"), "cellar", "sites.0.cameras.0.zones.0.type"),
        ((*ZONE, "polygon"), [[0, 0], [1, 1]], "sites.0.cameras.0.zones.0.polygon"),
        ((*ZONE, "polygon"), [[0, 0], [1, 1], [2, 0]], "sites.0.cameras.0.zones.0.polygon"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_field(
    tmp_path: Path, place: tuple[str | int, ...], value: object, field: str
) -> None:
    with pytest.raises(DemoError, match=rf"cameras\.yaml: {field}: expected .*, found ") as caught:
        read_changed(tmp_path, place, value)

    assert caught.value.field == field


@pytest.mark.parametrize(("field", "value"), [("clip", "cold_room"), ("number", 2)])
def test_two_cameras_with_one_clip_or_number_are_refused(tmp_path: Path, field: str, value: object) -> None:
    with pytest.raises(DemoError, match=r"once, got .* more than once"):
        read_changed(tmp_path, (*CAMERA, field), value)


def test_a_camera_is_found_by_its_clip() -> None:
    demo = load_demo()

    assert [demo.camera(each.clip) for each in demo.cameras] == list(demo.cameras)
    assert demo.camera("nowhere") is None
