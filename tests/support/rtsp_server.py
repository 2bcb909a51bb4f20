"""A real RTSP server for tests: plays clips for ever, in real time, without a gap in their time stamps.

Runs under the system's Python (which has gi; the virtual environment has not) as a process of its own:
`/usr/bin/python3 rtsp_server.py [--port N] [--user NAME --password WORD] [--auth basic|digest]`. It prints the
port on its first line; then each line on its standard input is one command in JSON, answered by one line:
{"add": "/path", "file": "clip.mp4", "codec": "h264" | "h265", "protocols": "tcp" | "udp" | "any"}.

Packets are read once and pushed again and again from memory; clients of one path share one pipeline, so that
many cameras cost little.
"""

import argparse
import json
import sys
import threading
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

COPIED = Gst.BufferCopyFlags.FLAGS | Gst.BufferCopyFlags.TIMESTAMPS | Gst.BufferCopyFlags.MEMORY
_PROTOCOLS = {
    "tcp": GstRtsp.RTSPLowerTrans.TCP,
    "udp": GstRtsp.RTSPLowerTrans.UDP,
    "any": GstRtsp.RTSPLowerTrans.TCP | GstRtsp.RTSPLowerTrans.UDP,
}


class Clip:
    """The access units of one file, in decoding order; times in nanoseconds from 0."""

    def __init__(self, path: str, codec: str) -> None:
        self.codec = codec
        pipeline = Gst.parse_launch(
            f'filesrc location="{path}" ! qtdemux ! {codec}parse config-interval=-1 '
            f"! video/x-{codec},stream-format=byte-stream,alignment=au ! appsink name=sink sync=false"
        )
        sink = pipeline.get_by_name("sink")
        pipeline.set_state(Gst.State.PLAYING)
        self.units: list[Any] = []
        while True:
            sample = sink.emit("try-pull-sample", 5 * Gst.SECOND)
            if sample is None:
                break
            self.units.append(sample.get_buffer())
        self.caps = sink.get_static_pad("sink").get_current_caps()
        pipeline.set_state(Gst.State.NULL)
        if not self.units:
            raise ValueError(f"nothing could be read from {path}")
        times = sorted(unit.pts for unit in self.units)
        self.start = times[0]
        step = times[1] - times[0] if len(times) > 1 else 40 * Gst.MSECOND
        self.duration = times[-1] - times[0] + step


class Player:
    """Feeds one pipeline for as long as anybody watches."""

    def __init__(self, clip: Clip, source: Any) -> None:
        self.clip = clip
        self.index = 0
        source.set_property("caps", clip.caps)
        source.set_property("format", Gst.Format.TIME)
        source.set_property("max-bytes", 256 * 1024)
        source.connect("need-data", self.need_data)

    def need_data(self, source: Any, _length: int) -> None:
        loops, place = divmod(self.index, len(self.clip.units))
        stored = self.clip.units[place]
        # A new buffer over the same bytes; `copy()` is only another reference, and the stamps would add up.
        unit = stored.copy_region(COPIED, 0, stored.get_size())
        shift = loops * self.clip.duration - self.clip.start
        unit.pts += shift
        unit.dts = unit.dts + shift if unit.dts != Gst.CLOCK_TIME_NONE and unit.dts + shift >= 0 else unit.pts
        self.index += 1
        source.emit("push-buffer", unit)


class Factory(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]  # gi has no types
    def __init__(self, clip: Clip, protocols: Any, *, has_sound: bool = False) -> None:
        super().__init__()
        self.clip = clip
        # Parameter sets stand before every keyframe already. Let the payloader add them and it does so before every
        # slice of a keyframe, which splits the picture.
        sound = "audiotestsrc is-live=true ! mulawenc ! rtppcmupay name=pay1" if has_sound else ""
        video = f"appsrc name=source ! {clip.codec}parse ! rtp{clip.codec}pay name=pay0 config-interval=0"
        self.set_launch(f"( {video} {sound} )")
        self.set_shared(True)
        self.set_protocols(protocols)
        self.connect("media-configure", self.configure)

    def configure(self, _factory: Any, media: Any) -> None:
        source = media.get_element().get_by_name_recurse_up("source")
        media.player = Player(self.clip, source)  # lives as long as the media


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--auth", choices=["basic", "digest"], default="basic")
    arguments = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(arguments.port)
    if arguments.user:
        server.set_auth(authentication(arguments))
    if server.attach(None) == 0:
        sys.exit("the port is taken")
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    threading.Thread(target=serve_commands, args=(server, arguments, loop), daemon=True).start()
    loop.run()


def authentication(arguments: argparse.Namespace) -> Any:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if arguments.auth == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(arguments.user, arguments.password, token)
    else:
        basic = GstRtspServer.RTSPAuth.make_basic(arguments.user, arguments.password)
        auth.add_basic(basic, token)
    return auth


def serve_commands(server: Any, arguments: argparse.Namespace, loop: Any) -> None:
    """One answer per line; the end of the input ends the server, so that none outlives its test."""
    for line in sys.stdin:
        try:
            add(server, json.loads(line), is_closed=arguments.user is not None)
            print("ok", flush=True)
        except (ValueError, KeyError, GLib.Error) as error:
            print(f"error: {error}", flush=True)
    loop.quit()


def add(server: Any, command: dict[str, str], *, is_closed: bool) -> None:
    factory = Factory(
        Clip(command["file"], command["codec"]),
        _PROTOCOLS[command["protocols"]],
        has_sound=command.get("sound") == "yes",
    )
    if is_closed:
        role = Gst.Structure.new_empty("viewer")
        role.set_value("media.factory.access", True)
        role.set_value("media.factory.construct", True)
        factory.add_role_from_structure(role)
    server.get_mount_points().add_factory(command["add"], factory)


if __name__ == "__main__":
    main()
