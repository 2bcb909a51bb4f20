"""Topics of MQTT from ids."""

import re

ROOT = "brightkitchen/v1"

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,128}")


def _segment(value: str) -> str:
    if not _SEGMENT.fullmatch(value):
        raise ValueError(f"an id in a topic consists of letters, digits and . _ ~ - (at most 128), got {value!r}")
    return value


def alert_topic(site_id: str, code: str) -> str:
    return f"{ROOT}/sites/{_segment(site_id)}/alerts/{_segment(code)}"


def camera_topic(site_id: str, camera_id: str) -> str:
    return f"{ROOT}/sites/{_segment(site_id)}/cameras/{_segment(camera_id)}/state"


def summary_topic(site_id: str) -> str:
    return f"{ROOT}/sites/{_segment(site_id)}/summary"


def node_topic(node: str) -> str:
    return f"{ROOT}/nodes/{_segment(node)}/status"


def seal_topic(node: str) -> str:
    return f"{ROOT}/nodes/{_segment(node)}/seal"
