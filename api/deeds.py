"""Entries for the log of accounts, as routes write them. Their details hold short words and ids, no secret."""

from api.account_log import AccountAct, AccountDeed
from api.ports import User
from api.services import ApiServices
from credit.extracts.grant import Grant


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


def note_taken(services: ApiServices, actor: User, act: AccountAct, *words: str) -> None:
    """Write down what `actor` is about to get. Raises where that fails: then nothing is given."""
    services.account_log.note(deed_by(services, actor, act, detail=" · ".join(words)))


def note_extract(services: ApiServices, grant: Grant, form: str, address: str) -> None:
    """Write down that the receiver of a grant reads, under the account of the person who consented."""
    services.account_log.note(
        AccountDeed(
            at=services.now(),
            act=AccountAct.EXTRACT_READ,
            actor_id=None,
            actor_name=grant.draft.receiver,
            user_id=grant.given_by,
            user_name=grant.giver_name,
            detail=f"{grant.enterprise_id} · {form} · {address}",
        )
    )


def rights_text(user: User) -> str:
    """Role, reach and activity in a few words, for the detail of an entry."""
    scope = user.scope
    reach = "everything" if scope.is_everything else ", ".join((*sorted(scope.enterprise_ids), *sorted(scope.site_ids)))
    return f"{user.role} · {reach or 'nothing'}" + ("" if user.is_active else " · inactive")
