"""Cameras that are found by what a table may name: id, external id, address without login, name within the site."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable

from domain.ids import CameraId, SiteId
from domain.organisation import Camera

_LOGIN = re.compile(r"^([a-z][a-z0-9+.\-]*://)(?:.*@)?", re.IGNORECASE)


def address_key(location: str) -> str:
    """The address without its login: what stays when a password is changed."""
    return _LOGIN.sub(lambda match: match.group(1).lower(), location.strip())


class CameraIndex:
    """One thread. `put` replaces the camera of the same id."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._cameras: dict[CameraId, Camera] = {}
        self._found: dict[Hashable, dict[CameraId, None]] = defaultdict(dict)
        for camera in cameras:
            self.put(camera)

    def put(self, camera: Camera) -> None:
        before = self._cameras.get(camera.camera_id)
        if before is not None:
            for key in _keys(before):
                self._found[key].pop(camera.camera_id, None)
        self._cameras[camera.camera_id] = camera
        for key in _keys(camera):
            self._found[key][camera.camera_id] = None

    def get(self, camera_id: CameraId) -> Camera | None:
        return self._cameras.get(camera_id)

    def of_external_id(self, external_id: str) -> list[Camera]:
        return self._of(("external_id", external_id))

    def of_address(self, location: str) -> list[Camera]:
        return self._of(("address", address_key(location)))

    def of_name(self, site_id: SiteId, name: str) -> list[Camera]:
        return self._of(("name", site_id, name))

    def _of(self, key: Hashable) -> list[Camera]:
        return [self._cameras[camera_id] for camera_id in self._found.get(key, ())]


def _keys(camera: Camera) -> list[Hashable]:
    keys: list[Hashable] = [("address", address_key(camera.source.location)), ("name", camera.site_id, camera.name)]
    return keys if camera.external_id is None else [*keys, ("external_id", camera.external_id)]
