"""Where makers put a camera's smaller stream, as data: a proposal by the address alone, looked at before it is used.

No pattern was tried on a maker's device by us; each names where it stands written. Cameras can be set up otherwise,
so a proposal is opened and shown (`brightkitchen check`) and only then written down by a person.
"""

import re
from dataclasses import dataclass

_ADDRESS = re.compile(r"^(?P<head>rtsps?://(?:.*@)?[^/?#]*)(?P<rest>/.*)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A rule on path and query. `written_at` is where it stands written."""

    maker: str
    main: re.Pattern[str]
    smaller: str
    written_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The address of a stream that may be there. It holds the login of the main one: `repr` leaves it out."""

    maker: str
    location: str
    written_at: str

    def __repr__(self) -> str:
        return f"Proposal(maker={self.maker!r})"


def _pattern(maker: str, main: str, smaller: str, written_at: str) -> Pattern:
    return Pattern(maker=maker, main=re.compile(main, re.IGNORECASE), smaller=smaller, written_at=written_at)


_SUMMARY = "https://cnblogs.com/cherishthepresent/p/16584425.html"
_DISCUSSION = "https://github.com/orgs/GuardianEye-Official/discussions/14"
PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "Hikvision",
        r"^((?:/ISAPI)?/Streaming/Channels/\d+0)1(?=$|[/?])",
        r"\g<1>2",
        "http://enpinfo.hikvision.com/unzip/20201110210551_77443_doc/GUID-515FF2B5-5E01-4F03-8B81-4CA5BD621965.html",
    ),
    _pattern("Hikvision (older)", r"^(/(?:h264|h265|mpeg4|MPEG-4)/ch\d+)/main/", r"\g<1>/sub/", _SUMMARY),
    _pattern("Dahua", r"^(/cam/realmonitor\?(?:.*&)?subtype=)0(?=$|&)", r"\g<1>1", _SUMMARY),
    _pattern("Uniview", r"^(/(?:media/)?video)1(?=$|[/?])", r"\g<1>2", _SUMMARY),
    _pattern(
        "Uniview (recorder)",
        r"^(/unicast/ch?\d+/s)0(?=/)",
        r"\g<1>1",
        "https://mofulls.pixnet.net/blog/post/351191279",
    ),
    _pattern("Huawei", r"^(/LiveMedia/ch\d+/Media)1(?=$|[/?])", r"\g<1>2", _SUMMARY),
    _pattern("Infinova", r"^(/\d+/h264)major(?=$|[/?])", r"\g<1>minor", _SUMMARY),
    _pattern(
        "Axis",
        r"^(/axis-media/media\.amp\?(?:.*&)?resolution=)(?!640x360(?:$|&))\d+x\d+",
        r"\g<1>640x360",
        "https://developer.axis.com/vapix/network-video/video-streaming/",
    ),
    _pattern(
        "Axis",
        r"^(/axis-media/media\.amp)$",
        r"\g<1>?resolution=640x360",
        "https://developer.axis.com/vapix/network-video/video-streaming/",
    ),
    _pattern("TP-Link", r"^(/stream)1(?=$|[/?])", r"\g<1>2", _DISCUSSION),
    _pattern(
        "Reolink",
        r"^(/(?:h26[45])?Preview_\d+_)main(?=$|[/?])",
        r"\g<1>sub",
        _DISCUSSION,
    ),
)


def propose(location: str) -> Proposal | None:
    """The smaller stream beside an RTSP address, by the first pattern that fits; None where none does.

    Login and host are never looked at, so a password that looks like a path changes nothing.
    """
    address = _ADDRESS.match(location.strip())
    if address is None:
        return None
    for pattern in PATTERNS:
        rest, count = pattern.main.subn(pattern.smaller, address["rest"], count=1)
        if count:
            return Proposal(maker=pattern.maker, location=address["head"] + rest, written_at=pattern.written_at)
    return None
