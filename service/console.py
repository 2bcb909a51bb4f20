"""What the command line says to a person, beside the log."""

from collections.abc import Sequence

from api.built_console import HOW_TO_BUILD, built_console
from domain.organisation import Camera
from service.bootstrap import FirstAdmin
from streams.redaction import redact_url


def welcome(*, url: str, admin: FirstAdmin | None, cameras: Sequence[Camera], broker: str | None) -> str:
    """Where to look, once the service is up. Camera addresses are redacted; the password is shown this once."""
    lines = [
        "",
        "明厨 Brightkitchen is running.  AI 线索，未经人工核实，不作为处罚依据。",
        f"  page     {url}/",
    ]
    if built_console() is None:
        lines.append(f"           {HOW_TO_BUILD}")
    if admin:
        lines += [
            f"  login    {admin.name}",
            f"  password {admin.password}   (shown once; it must be changed at the first login)",
        ]
    else:
        lines.append("  login    an account you have (lost it? brightkitchen user reset-password admin)")
    if broker:
        lines.append(f"  alerts   {broker}")
    lines += [f"  camera   {camera.name}: {redact_url(camera.source.location)}" for camera in cameras]
    if not cameras:
        lines.append("  camera   none yet: add one on the page or with --camera rtsp://…")
    return "\n".join([*lines, "  stop     Ctrl+C", ""])


def subscribe_command(host: str, port: int, username: str, password: str) -> str:
    """A command line that shows the alerts as they arrive at the embedded broker."""
    return f"mosquitto_sub -h {host} -p {port} -u {username} -P {password} -q 1 -v -t 'brightkitchen/v1/#'"
