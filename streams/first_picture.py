"""One picture of a source that is not watched yet, for a person who must look before anything else does."""

import time

from domain.frame import Picture
from domain.organisation import Source
from streams.errors import BadDataError
from streams.redaction import redact_url
from streams.settings import StreamSettings
from streams.sources.ports import OpenSource, SourceOpener
from streams.sources.pyav import PyAvOpener


def first_picture(source: Source, settings: StreamSettings, *, opener: SourceOpener | None = None) -> Picture:
    """The first sound picture; it is kept nowhere.

    Blocks for the open and read time-outs at most. Raises StreamError, also where no picture came.
    """
    opened = (opener or PyAvOpener()).open(source, settings)
    try:
        picture = _first(opened, time.monotonic() + settings.read_timeout_seconds)
    finally:
        opened.close()
    if picture is None:
        raise BadDataError(redact_url(source.location), "no picture could be decoded")
    return picture


def _first(opened: OpenSource, deadline: float) -> Picture | None:
    while time.monotonic() < deadline:
        packet = opened.read()
        try:
            decoded = opened.drain() if packet is None else opened.decode(packet, is_wanted=True)
        except BadDataError:
            decoded = []
        for each in decoded:
            if not each.is_corrupt:
                return each.picture
        if packet is None:
            return None
    return None
