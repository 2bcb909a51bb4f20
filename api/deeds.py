"""Entries for the log of accounts, as routes write them."""

from api.account_log import AccountAct, AccountDeed
from api.ports import User
from api.services import ApiServices


def deed_by(
    services: ApiServices, actor: User, act: AccountAct, user: User | None = None, detail: str = ""
) -> AccountDeed:
    """What `actor` does now to `user`, by default to the own account."""
    target = user or actor
    return AccountDeed(
        at=services.now(),
        act=act,
        actor_id=actor.user_id,
        actor_name=actor.name,
        user_id=target.user_id,
        user_name=target.name,
        detail=detail,
    )


def rights_text(user: User) -> str:
    """Role, reach and activity in a few words, for the detail of an entry."""
    scope = user.scope
    reach = "everything" if scope.is_everything else ", ".join((*sorted(scope.enterprise_ids), *sorted(scope.site_ids)))
    return f"{user.role} · {reach or 'nothing'}" + ("" if user.is_active else " · inactive")
