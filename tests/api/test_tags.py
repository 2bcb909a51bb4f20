import pytest

from api.errors import VersionNeededError
from api.schemas.registry import SiteView
from api.tags import content_tag, expected_version, matches, version_tag
from domain.ids import EnterpriseId, SiteId
from domain.organisation import Site


@pytest.mark.parametrize(
    ("if_match", "field", "expected"),
    [
        ('"3"', None, 3),
        ('W/"3"', None, 3),
        ('"3"', 9, 3),
        (None, 9, 9),
        ("*", None, 0),
        ('"abc"', 3, 0),
        ("3", None, 0),
    ],
)
def test_the_version_that_a_change_was_made_from(if_match: str | None, field: int | None, expected: int) -> None:
    assert expected_version(if_match, field) == expected


def test_a_change_without_a_version_is_refused() -> None:
    with pytest.raises(VersionNeededError):
        expected_version(None, None)


def test_what_is_sent_as_tag_is_understood_as_version() -> None:
    assert expected_version(version_tag(12), None) == 12


@pytest.mark.parametrize(
    ("header", "expected"),
    [(None, False), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False)],
)
def test_a_client_that_has_it_already(header: str | None, expected: bool) -> None:
    assert matches(header, '"a"') is expected


def test_the_tag_changes_with_what_is_shown() -> None:
    site = SiteView.of(Site(site_id=SiteId("s"), enterprise_id=EnterpriseId("e"), name="一号厨房"))

    assert content_tag(site) == content_tag(site.model_copy())
    assert content_tag(site) != content_tag(site.model_copy(update={"name": "二号厨房"}))
