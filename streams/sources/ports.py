"""What a worker needs of a source, whatever library reads it."""

from dataclasses import dataclass, field
from typing import Protocol

from domain.frame import Picture
from domain.organisation import Source
from streams.ports import StreamProperties
from streams.settings import StreamSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the packets of a stream are to be read by a muxer. Equal encodings can stand in one file.

    `extradata` is the decoder's configuration as the container gave it (avcC, hvcC, Annex B or nothing).
    """

    codec: str
    extradata: bytes = field(repr=False)
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePacket:
    """One encoded picture as it came.

    `payload` is a copy and outlives the source. Media times are in seconds of the source's own clock, None
    where it gives none; `native` is the adapter's own handle for `decode`. `sent_seconds` is the UNIX time at which the
    picture was taken by the camera's own wall clock, None where it does not say.
    """

    payload: bytes = field(repr=False)
    pts_seconds: float | None
    dts_seconds: float | None
    is_keyframe: bool
    is_corrupt: bool
    native: object = field(default=None, repr=False, compare=False)
    sent_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPicture:
    """A picture in display order; `pts_seconds` ties it to its packet.

    `is_corrupt`: the decoder had to invent a part of it.
    """

    picture: Picture
    pts_seconds: float | None
    is_keyframe: bool
    is_corrupt: bool


class OpenSource(Protocol):
    """A stream that was opened. One thread uses it; whoever opened it closes it."""

    @property
    def properties(self) -> StreamProperties: ...

    @property
    def encoding(self) -> Encoding: ...

    @property
    def profile(self) -> str | None:
        """The codec's profile, such as High, where the decoder knows it."""
        ...

    @property
    def reordered_pictures(self) -> int:
        """How many pictures the decoder holds back because they are not sent in the order of display."""
        ...

    def read(self) -> SourcePacket | None:
        """The next video packet, None at the end of a file. Blocks at most for the read timeout.

        Raises StreamError.
        """
        ...

    def decode(self, packet: SourcePacket, *, is_wanted: bool) -> list[DecodedPicture]:
        """The pictures that the packet completes, often one, none while the decoder reorders.

        Where a picture is not wanted and nothing builds on it, it need not be decoded.
        Raises BadDataError for a packet that cannot be decoded; the next one can be tried.
        """
        ...

    def decode_alone(self, packet: SourcePacket) -> list[DecodedPicture]:
        """Every picture that the decoder still held, and that of this keyframe, without waiting for what follows.

        The decoder then knows nothing any more: the next packet that it is given must be a keyframe, this one or
        another. Raises BadDataError as `decode` does.
        """
        ...

    def drain(self) -> list[DecodedPicture]:
        """The pictures that the decoder still held at the end of a file."""
        ...

    def close(self) -> None:
        """Idempotent."""
        ...


class SourceOpener(Protocol):
    """Opens sources; any thread."""

    def open(self, source: Source, settings: StreamSettings) -> OpenSource:
        """Connect and find the video. Blocks for a few times the open timeout at most. Raises StreamError."""
        ...
