"""Tokens for programs: one's own, and other people's for administrators."""

from datetime import timedelta

from fastapi import APIRouter

from api.account_log import AccountAct
from api.deeds import deed_by
from api.dependencies import AccountKeeper, AnyCaller, LoggedIn, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.keys import fingerprint, new_token_secret
from api.permissions import TABLE, is_no_higher
from api.ports import ApiToken, TokenScope, User
from api.schemas.accounts import NewTokenView, TokenBody, TokenPage, TokenScopeBody, TokenView
from api.services import ApiServices
from domain.ids import EnterpriseId, SiteId, UserId
from domain.scope import Scope

router = APIRouter(tags=["accounts"])


@router.get("/users/{user_id}/tokens")
def list_tokens_of(user_id: PathId, _: AccountKeeper, services: Services) -> TokenPage:
    return _tokens(services, _user(services, user_id))


@router.delete("/users/{user_id}/tokens/{token_id}", status_code=204)
def revoke_token_of(user_id: PathId, token_id: PathId, caller: AccountKeeper, services: Services) -> None:
    _revoke(services, caller.account, _user(services, user_id), token_id)


@router.get("/tokens")
def list_tokens(caller: AnyCaller, services: Services) -> TokenPage:
    """One's own tokens."""
    return _tokens(services, caller.account)


@router.post("/tokens", status_code=201)
def add_token(body: TokenBody, caller: LoggedIn, services: Services) -> NewTokenView:
    """Make a token for a program, with one's own role and reach or less. Its secret is shown once."""
    user = caller.account
    role = body.role or user.role
    if not is_no_higher(role, user.role):
        allowed = ", ".join(sorted(other for other in TABLE if is_no_higher(other, user.role)))
        raise FieldError("body.role", f"one of {allowed}", role)
    secret, now = new_token_secret(), services.now()
    lifetime = None if body.expires_in_days is None else timedelta(days=body.expires_in_days)
    token = ApiToken(
        token_id=services.new_id(),
        user_id=user.user_id,
        name=body.name,
        secret_sha256=fingerprint(secret),
        role=role,
        created_at=now,
        expires_at=None if lifetime is None else now + lifetime,
        last_used_at=None,
        scope=None if body.scope is None else _scope(services, body.scope, user.scope),
    )
    detail = f"{token.name} · {role}" + ("" if token.expires_at is None else f" · {token.expires_at:%Y-%m-%d}")
    services.accounts.add_token(token, deed=deed_by(services, user, AccountAct.TOKEN_ADDED, detail=detail))
    return NewTokenView(token=TokenView.of(token), secret=secret)


def _scope(services: ApiServices, wanted: TokenScopeBody, owner: Scope) -> TokenScope:
    """Raises FieldError for what the owner may not see itself, or is not there: the two look the same."""
    enterprises, sites = set[EnterpriseId](), set[tuple[SiteId, EnterpriseId]]()
    for item in wanted.enterprise_ids:
        enterprise_id = EnterpriseId(item)
        if not owner.allows(enterprise_id) or services.registry.get_enterprise(enterprise_id, owner) is None:
            raise FieldError("body.scope.enterprise_ids", "enterprises that you may see", item)
        enterprises.add(enterprise_id)
    for item in wanted.site_ids:
        site = services.registry.get_site(SiteId(item), owner)
        if site is None:
            raise FieldError("body.scope.site_ids", "sites that you may see", item)
        sites.add((site.site_id, site.enterprise_id))
    if not enterprises and not sites:
        raise FieldError("body.scope", "at least one enterprise or site", "none")
    return TokenScope(enterprise_ids=frozenset(enterprises), sites=frozenset(sites))


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(token_id: PathId, caller: AnyCaller, services: Services) -> None:
    """End one of one's own tokens; a program may end the one it uses."""
    _revoke(services, caller.account, caller.account, token_id)


def _user(services: ApiServices, user_id: str) -> User:
    user = services.accounts.get_user(UserId(user_id))
    if user is None:
        raise NotFoundError("user", user_id)
    return user


def _tokens(services: ApiServices, owner: User) -> TokenPage:
    return TokenPage(items=[TokenView.of(token) for token in services.accounts.list_tokens(owner.user_id)])


def _revoke(services: ApiServices, actor: User, owner: User, token_id: str) -> None:
    known = next((one for one in services.accounts.list_tokens(owner.user_id) if one.token_id == token_id), None)
    if known is None:
        raise NotFoundError("token", token_id)
    deed = deed_by(services, actor, AccountAct.TOKEN_REVOKED, owner, detail=known.name)
    services.accounts.revoke_token(token_id, deed=deed)
