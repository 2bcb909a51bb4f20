"""Cameras found in the network, and the streams that one offers."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, StringConstraints

from api.fields import Page, Received, Shown
from streams.onvif.device import OfferedStream, smaller_stream
from streams.onvif.discovery import FoundDevice


class FoundDeviceView(Shown):
    """What a camera says of itself: nobody has checked it."""

    host: str
    service: Annotated[str | None, Field(description="Ask this for its streams; null where it named none.")]
    name: str | None
    hardware: str | None
    location: str | None
    scopes: list[str]

    @classmethod
    def of(cls, device: FoundDevice) -> Self:
        return cls(
            host=device.host,
            service=device.service,
            name=device.name,
            hardware=device.hardware,
            location=device.location,
            scopes=list(device.scopes),
        )


class FoundDevicePage(Page):
    items: list[FoundDeviceView]


class StreamsBody(Received):
    service: Annotated[str, StringConstraints(max_length=500)]
    user: Annotated[str, StringConstraints(max_length=200)] = ""
    password: Annotated[SecretStr, Field(max_length=200)] = SecretStr("")


class OfferedStreamView(Shown):
    """`location` has no login: put it in before you add the camera."""

    name: str
    location: str
    codec: str | None
    width_px: int | None
    height_px: int | None
    fps: float | None

    @classmethod
    def of(cls, stream: OfferedStream) -> Self:
        return cls(
            name=stream.name,
            location=stream.location,
            codec=stream.codec,
            width_px=stream.width_px,
            height_px=stream.height_px,
            fps=stream.fps,
        )


class OfferedStreamsView(Shown):
    """Largest first. `main` and `analysis` are proposals by the sizes that the camera tells: check them."""

    items: list[OfferedStreamView]
    main: str
    analysis: str | None

    @classmethod
    def of(cls, streams: list[OfferedStream]) -> Self:
        smaller = smaller_stream(streams)
        return cls(
            items=[OfferedStreamView.of(stream) for stream in streams],
            main=streams[0].location,
            analysis=smaller.location if smaller else None,
        )
