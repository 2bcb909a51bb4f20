"""The log of what was done to accounts, for those who look after accounts. Nothing here changes it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.account_log import AccountAct, DeedFilter
from api.dependencies import AccountKeeper, Services
from api.fields import QueryId
from api.schemas.account_log import AccountEntryView, AccountLogPage
from domain.ids import UserId

router = APIRouter(tags=["accounts"])

PATH = "/account-log"


@router.get(PATH)
def list_account_log(
    *,
    caller: AccountKeeper,  # noqa: ARG001 - only with the whole scope, so nothing is left to narrow
    services: Services,
    person: QueryId | None = None,
    act: AccountAct | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AccountLogPage:
    """Who did what to which account, newest first. `person` did it, or it was done to that account.

    From `since` on, and before `until`. Entries are only ever added; `brightkitchen verify` checks their chain.
    """
    wanted = DeedFilter(person=None if person is None else UserId(person), act=act, since=since, until=until)
    found = services.account_log.deeds(wanted, before=before, limit=limit + 1)
    following = None
    if len(found) > limit:
        asked = {
            "person": person,
            "act": None if act is None else act.value,
            "since": None if since is None else since.isoformat(),
            "until": None if until is None else until.isoformat(),
        }
        pairs = {name: value for name, value in asked.items() if value is not None}
        following = f"/api/v1{PATH}?" + urlencode({**pairs, "limit": limit, "before": found[limit - 1].number})
    return AccountLogPage(items=[AccountEntryView.of(entry) for entry in found[:limit]], next=following)
