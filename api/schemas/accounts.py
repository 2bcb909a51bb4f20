"""Accounts, logins and tokens as they travel. Hashes never do; a secret travels once, when it is made."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr

from api.factor_ports import SecondFactor
from api.fields import ItemId, Name, Page, Received, Shown
from api.permissions import Permission
from api.ports import ApiToken, Role, Session, TokenScope, User
from domain.ids import EnterpriseId, SiteId
from domain.scope import Scope


def _encodable(secret: SecretStr) -> SecretStr:
    """Half a surrogate pair is no text: it cannot be hashed."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("a text") from None
    return secret


Password = Annotated[SecretStr, Field(max_length=1024), AfterValidator(_encodable)]


Code = Annotated[SecretStr, Field(min_length=1, max_length=64), AfterValidator(_encodable)]


class LoginBody(Received):
    """`code`: of the authenticator app, or a recovery code, where the account has a second factor."""

    name: Name
    password: Password
    code: Code | None = None


class PasswordBody(Received):
    current_password: Password
    new_password: Password


class ScopeBody(Received):
    """Everything, or some enterprises with all their sites and some single sites."""

    is_everything: bool = False
    enterprise_ids: list[ItemId] = Field(default_factory=list, max_length=10_000)
    site_ids: list[ItemId] = Field(default_factory=list, max_length=10_000)

    def scope(self) -> Scope:
        return Scope(
            is_everything=self.is_everything,
            enterprise_ids=frozenset(EnterpriseId(item) for item in self.enterprise_ids),
            site_ids=frozenset(SiteId(item) for item in self.site_ids),
        )

    @classmethod
    def of(cls, scope: Scope) -> Self:
        return cls(
            is_everything=scope.is_everything,
            enterprise_ids=sorted(scope.enterprise_ids),
            site_ids=sorted(scope.site_ids),
        )


class UserBody(Received):
    """A new account; without a password the service makes one. Either must be changed at the first login."""

    name: Name
    role: Role
    scope: ScopeBody
    password: Password | None = None


class UserPatch(Received):
    role: Role | None = None
    scope: ScopeBody | None = None
    is_active: bool | None = None


class UserView(Shown):
    user_id: str
    name: str
    role: Role
    scope: ScopeBody
    is_active: bool
    must_change_password: bool
    has_second_factor: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            user_id=user.user_id,
            name=user.name,
            role=user.role,
            scope=ScopeBody.of(user.scope),
            is_active=user.is_active,
            must_change_password=user.must_change_password,
            has_second_factor=user.has_second_factor,
            created_at=user.created_at,
        )


class ListedUserView(UserView):
    """`last_login_at`: the newest login that the log of accounts knows of; null where it knows none."""

    last_login_at: datetime | None

    @classmethod
    def told(cls, user: User, last_login_at: datetime | None) -> Self:
        plain = UserView.of(user)
        fields = {name: getattr(plain, name) for name in UserView.model_fields}
        return cls(**fields, last_login_at=last_login_at)


class UserPage(Page):
    items: list[ListedUserView]


class NewUserView(Shown):
    """`one_time_password` is shown here and never again; null where the request brought a password."""

    user: UserView
    one_time_password: str | None


class MeView(UserView):
    """`must_set_second_factor`: the role asks for one, and until it stands nothing else is open."""

    permissions: list[Permission]
    must_set_second_factor: bool

    @classmethod
    def told(cls, user: User, permissions: Collection[Permission], *, must_set_second_factor: bool) -> Self:
        plain = UserView.of(user)
        fields = {name: getattr(plain, name) for name in UserView.model_fields}
        return cls(**fields, permissions=sorted(permissions), must_set_second_factor=must_set_second_factor)


class FactorBody(Received):
    """One's password: an open page that somebody left must not be enough to tie a foreign telephone to the account."""

    password: Password


class CodeBody(Received):
    code: Code


class FactorView(Shown):
    """`confirmed_at` null: there is none, or it is on offer. `recovery_left`: recovery codes that were not used."""

    has_second_factor: bool
    is_required: bool
    confirmed_at: datetime | None
    recovery_left: int

    @classmethod
    def of(cls, factor: SecondFactor | None, *, is_required: bool) -> Self:
        confirmed_at = None if factor is None else factor.confirmed_at
        return cls(
            has_second_factor=confirmed_at is not None,
            is_required=is_required,
            confirmed_at=confirmed_at,
            recovery_left=0 if factor is None else factor.recovery_left,
        )


class OfferView(Shown):
    """For an authenticator app, shown here and never again: as a picture (a data: address), an address and a text."""

    secret: str
    uri: str
    picture: str


class RecoveryView(Shown):
    """Each code is good for one login. They are shown here and never again."""

    recovery_codes: list[str]


class SessionView(Shown):
    """A login that stands. `agent` is what the browser called itself."""

    session_id: str
    is_current: bool
    created_at: datetime
    expires_at: datetime
    agent: str
    address: str

    @classmethod
    def of(cls, session: Session, *, is_current: bool) -> Self:
        return cls(
            session_id=session.session_id,
            is_current=is_current,
            created_at=session.created_at,
            expires_at=session.expires_at,
            agent=session.agent,
            address=session.address,
        )


class SessionPage(Page):
    items: list[SessionView]


class EndedView(Shown):
    """How many logins were ended."""

    count: int


class TokenScopeBody(Received):
    """A part of what the owner may see."""

    enterprise_ids: list[ItemId] = Field(default_factory=list, max_length=1000)
    site_ids: list[ItemId] = Field(default_factory=list, max_length=1000)

    @classmethod
    def of(cls, scope: TokenScope) -> Self:
        return cls(enterprise_ids=sorted(scope.enterprise_ids), site_ids=sorted(site for site, _ in scope.sites))


class TokenBody(Received):
    """A new token; its role is the owner's unless a lower one is asked for. Without days it never expires.

    Without a scope it reaches as far as its owner does at the time.
    """

    name: Name
    role: Role | None = None
    scope: TokenScopeBody | None = None
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class TokenView(Shown):
    token_id: str
    name: str
    role: Role
    scope: TokenScopeBody | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        return cls(
            token_id=token.token_id,
            name=token.name,
            role=token.role,
            scope=None if token.scope is None else TokenScopeBody.of(token.scope),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
        )


class TokenPage(Page):
    items: list[TokenView]


class NewTokenView(Shown):
    """`secret` is shown here and never again."""

    token: TokenView
    secret: str
