"""Cameras that answer in the network, for administrators: the server asks, so nobody else may make it."""

import threading

from fastapi import APIRouter

from api.dependencies import Discoverer, Services
from api.errors import BusyError, FieldError
from api.schemas.discovery import FoundDevicePage, FoundDeviceView, OfferedStreamsView, StreamsBody
from api.settings import target_of
from streams.onvif.device import OnvifDevice
from streams.onvif.discovery import discover
from streams.onvif.errors import OnvifError
from streams.onvif.networks import Networks
from streams.onvif.soap import Login

router = APIRouter(tags=["discovery"])

# Each takes a thread for seconds; nobody needs two at a time.
_turn = threading.Semaphore(2)


@router.post("/cameras/discover")
def discover_cameras(_caller: Discoverer, services: Services) -> FoundDevicePage:
    """Ask the network for ONVIF cameras (WS-Discovery). Takes the seconds of the setting."""
    settings = services.settings
    with _Turn():
        found = discover(
            Networks(settings.discovery_networks),
            seconds=settings.discovery_seconds,
            targets=[target_of(each) for each in settings.discovery_targets],
        )
    return FoundDevicePage(items=[FoundDeviceView.of(device) for device in found])


@router.post("/cameras/discover/streams")
def ask_for_streams(body: StreamsBody, _caller: Discoverer, services: Services) -> OfferedStreamsView:
    """Ask one camera for its streams. Only addresses of the networks of the setting are asked; nothing is stored."""
    login = Login(user=body.user, password=body.password.get_secret_value()) if body.user else None
    with _Turn():
        try:
            device = OnvifDevice(body.service, login, networks=Networks(services.settings.discovery_networks))
        except OnvifError as error:
            raise FieldError("body.service", error.detail.removeprefix("expected "), "another address") from error
        return OfferedStreamsView.of(device.streams())


class _Turn:
    def __enter__(self) -> None:
        if not _turn.acquire(blocking=False):
            raise BusyError("the network is being searched already")

    def __exit__(self, *_: object) -> None:
        _turn.release()
