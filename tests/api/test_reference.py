"""The page about REST says what the code does."""

import re

from api.permissions import ONLY_WITH_EVERYTHING, TABLE, Permission
from api.ports import Role
from tests.support.checkout import REPOSITORY

PAGE = (REPOSITORY / "docs" / "reference" / "api.md").read_text("utf-8")
ROLES = (Role.VIEWER, Role.PRIVACY, Role.OPERATOR, Role.REGULATOR, Role.ADMIN)


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|[^|]*\|$", PAGE, re.MULTILINE)

    written = {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}

    assert set(written) == {permission.value for permission in Permission}
    for permission in Permission:
        mark = "yes ¹" if permission in ONLY_WITH_EVERYTHING else "yes"
        assert written[permission] == [mark if permission in TABLE[role] else "" for role in ROLES], permission
