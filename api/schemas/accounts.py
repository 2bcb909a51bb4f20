"""Accounts, logins and tokens as they travel. Hashes never do; a secret travels once, when it is made."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr

from api.fields import ItemId, Name, Page, Received, Shown
from api.permissions import Permission
from api.ports import ApiToken, Role, User
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


class LoginBody(Received):
    name: Name
    password: Password


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
            created_at=user.created_at,
        )


class UserPage(Page):
    items: list[UserView]


class NewUserView(Shown):
    """`one_time_password` is shown here and never again; null where the request brought a password."""

    user: UserView
    one_time_password: str | None


class MeView(UserView):
    permissions: list[Permission]

    @classmethod
    def told(cls, user: User, permissions: Collection[Permission]) -> Self:
        plain = UserView.of(user)
        fields = {name: getattr(plain, name) for name in UserView.model_fields}
        return cls(**fields, permissions=sorted(permissions))


class TokenBody(Received):
    """A new token; its role is the owner's unless a lower one is asked for. Without days it never expires."""

    name: Name
    role: Role | None = None
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class TokenView(Shown):
    token_id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        return cls(
            token_id=token.token_id,
            name=token.name,
            role=token.role,
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
