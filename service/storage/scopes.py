"""A scope as a condition of SQL, so that a row outside it never leaves the database."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from domain.scope import Scope


def within(scope: Scope, enterprise_id: ColumnElement[Any], site_id: ColumnElement[Any] | None) -> ColumnElement[bool]:
    """Mirror of Scope.allows: `site_id` None asks for the enterprise itself, which a site's scope does not show."""
    if scope.is_everything:
        return true()
    allowed: list[ColumnElement[bool]] = []
    if scope.enterprise_ids:
        allowed.append(enterprise_id.in_(sorted(scope.enterprise_ids)))
    if scope.site_ids and site_id is not None:
        allowed.append(site_id.in_(sorted(scope.site_ids)))
    return or_(*allowed) if allowed else false()
