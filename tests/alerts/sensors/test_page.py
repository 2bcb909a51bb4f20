"""The page about sensors shows a file that is read."""

import re
from pathlib import Path

from alerts.catalogue import load_catalogue
from alerts.sensors.sensors_file import read_sensors
from tests.support.checkout import REPOSITORY


def test_the_example_of_the_page_about_sensors_is_right(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "how-to" / "use-sensors.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "sensors.yaml").write_text(example, "utf-8")

    found = read_sensors(tmp_path / "sensors.yaml", load_catalogue().sensor_rules)

    assert [(each.sensor_id, str(each.allowed)) for each in found] == [("fridge-1", "0..8"), ("freezer-1", "..-12")]
