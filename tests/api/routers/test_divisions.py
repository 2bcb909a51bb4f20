"""Names of regions over REST."""

from api.ports import Role
from tests.api.kitchen import Kitchen


def test_names_of_divisions_are_for_who_is_logged_in_and_may_be_kept_for_a_day(kitchen: Kitchen) -> None:
    assert kitchen.stranger().get("/api/v1/divisions").status_code == 401

    answer = kitchen.client(Role.VIEWER).get("/api/v1/divisions")

    names = answer.json()["names"]
    assert (names["33"], names["3301"], names["330106"]) == ("浙江省", "杭州市", "西湖区")
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
