"""The file that names devices."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from alerts.hikvision.files import HikvisionFileError, read_devices

PASSWORDS = {"nvr-1": SecretStr("geheim"), "nvr-2": SecretStr("geheim")}
GOOD = """\
devices:
  - node: nvr-1
    url: https://192.0.2.64
    username: brightkitchen
    checks_certificate: false
    cameras:
      - {channel: 1, camera: 0190aaaa-0000-7000-8000-000000000001}
      - {channel: 33, camera: 0190aaaa-0000-7000-8000-000000000002}
  - node: nvr-2
    url: http://nvr.example:8000/
    username: reader
    cameras: [{channel: 1, camera: c}]
"""


def read(tmp_path: Path, text: str) -> str:
    path = tmp_path / "devices.yaml"
    path.write_text(text)
    with pytest.raises(HikvisionFileError) as failed:
        read_devices(path, PASSWORDS)
    assert "geheim" not in str(failed.value)
    return str(failed.value)


def test_devices_are_read_with_their_cameras_and_the_passwords_of_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "devices.yaml"
    path.write_text(GOOD)

    first, second = read_devices(path, PASSWORDS)

    assert (first.node_id, first.url, first.checks_certificate) == ("nvr-1", "https://192.0.2.64", False)
    assert first.cameras == {1: "0190aaaa-0000-7000-8000-000000000001", 33: "0190aaaa-0000-7000-8000-000000000002"}
    assert (second.url, second.checks_certificate) == ("http://nvr.example:8000", True)
    assert first.password.get_secret_value() == "geheim"
    assert "geheim" not in repr(first)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nvr-2", "nvr-3", "a node with a password"),
        ("nvr-2", "nvr-1", "each node once"),
        ("nvr-2", "nvr 2", "1 to 40 letters"),
        ("https://192.0.2.64", "rtsp://192.0.2.64", "http(s)://host"),
        ("https://192.0.2.64", "https://u:geheim@192.0.2.64", "http(s)://host"),
        ("https://192.0.2.64", "https://192.0.2.64/ISAPI", "http(s)://host"),
        ("channel: 33", "channel: 1", "each once"),
        ("channel: 33", "channel: one", "the number of a channel"),
        ("checks_certificate: false", "checks_certificate: perhaps", "true or false"),
        ("[{channel: 1, camera: c}]", "[]", "at least one camera"),
        ("    username: reader\n", "", "the field username"),
        ("username: reader", "password: geheim", "one of the fields"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in read(tmp_path, GOOD.replace(old, new))
