from alerts.catalogue import load_catalogue
from service.attention import catalogue_labels


def test_a_camera_is_kept_awake_by_whatever_can_break_a_rule_and_not_by_furniture() -> None:
    labels = catalogue_labels(load_catalogue())
    assert {"person", "rodent", "cat", "bin_overflowing", "head_bare"} <= labels
    assert "bin" not in labels
