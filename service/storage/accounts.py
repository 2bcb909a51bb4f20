"""Users, sessions and API tokens in SQL. Implements api.ports.Accounts."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.account_log import AccountDeed
from api.ports import ApiToken, Session, TokenScope, User
from credit.errors import NameTakenError, UnknownParentError
from domain.ids import UserId
from domain.scope import Scope
from service.storage.account_log import note_deed
from service.storage.account_rows import second_factors
from service.storage.database import Database
from service.storage.errors import FOREIGN_KEY, violated
from service.storage.rows import api_tokens, sessions, user_scopes, users

LONGEST_LIST = 10_000

T = TypeVar("T")

_ENTERPRISE, _SITE = "enterprise", "site"


class SqlAccounts:
    """Accounts in a database. Any thread. Whether a session or token has expired is for the caller to judge."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Users

    def add_user(self, user: User, *, deed: AccountDeed | None = None) -> None:
        with self._database.transaction() as connection:
            try:
                connection.execute(insert(users).values(_user_values(user)))
            except IntegrityError as error:
                raise _user_refusal(error, user) from error
            _store_scope(connection, user)
            note_deed(connection, deed)

    def update_user(self, user: User, *, deed: AccountDeed | None = None) -> None:
        with self._database.transaction() as connection:
            before = _users(connection, select(users).where(users.c.user_id == user.user_id))
            if not before:
                raise UnknownParentError("user", user.user_id)
            try:
                connection.execute(update(users).where(users.c.user_id == user.user_id).values(_user_values(user)))
            except IntegrityError as error:
                raise _user_refusal(error, user) from error
            connection.execute(delete(user_scopes).where(user_scopes.c.user_id == user.user_id))
            _store_scope(connection, user)
            if _rights(before[0]) != _rights(user):
                connection.execute(delete(sessions).where(sessions.c.user_id == user.user_id))
            note_deed(connection, deed)

    def set_password(
        self,
        user_id: UserId,
        password_hash: str,
        *,
        must_change: bool,
        replacing: str | None = None,
        deed: AccountDeed | None = None,
    ) -> User | None:
        own = users.c.user_id == user_id
        with self._database.transaction() as connection:
            # Locked, so that whoever closes the account at this moment comes before or after it.
            open_one = select(users.c.password_hash).where(own, users.c.is_active).with_for_update()
            row = connection.execute(open_one).first()
            if row is None or replacing not in {None, row.password_hash.get_secret_value()}:
                return None
            values = {"password_hash": password_hash, "must_change_password": must_change}
            connection.execute(update(users).where(own).values(values))
            connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
            note_deed(connection, deed)
            (changed,) = _users(connection, select(users).where(own))
        return changed

    def get_user(self, user_id: UserId) -> User | None:
        return self._user(select(users).where(users.c.user_id == user_id))

    def find_user(self, name: str) -> User | None:
        return self._user(select(users).where(users.c.name == name))

    def list_users(self) -> list[User]:
        with self._database.reading() as connection:
            return _users(connection, select(users).order_by(users.c.name).limit(LONGEST_LIST))

    # Sessions

    def add_session(self, session: Session, *, deed: AccountDeed | None = None) -> None:
        values = {name: getattr(session, name) for name in _SESSION_FIELDS}
        with self._database.transaction() as connection:
            try:
                connection.execute(insert(sessions).values(values))
            except IntegrityError as error:
                if violated(error, sessions) == FOREIGN_KEY:
                    raise UnknownParentError("user", session.user_id) from error
                raise
            note_deed(connection, deed)

    def find_session(self, secret_sha256: str) -> tuple[Session, User] | None:
        return self._with_user(select(sessions).where(sessions.c.secret_sha256 == secret_sha256), _session_of)

    def list_sessions(self, user_id: UserId) -> list[Session]:
        query = select(sessions).where(sessions.c.user_id == user_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(sessions.c.created_at, sessions.c.secret_sha256))
            return [_session_of(row) for row in rows.fetchmany(LONGEST_LIST)]

    def end_session(self, secret_sha256: str, *, deed: AccountDeed | None = None) -> None:
        with self._database.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.secret_sha256 == secret_sha256))
            note_deed(connection, deed)

    def end_sessions(self, user_id: UserId, *, but: str, deed: AccountDeed | None = None) -> int:
        others = (sessions.c.user_id == user_id) & (sessions.c.secret_sha256 != but)
        with self._database.transaction() as connection:
            count = connection.execute(delete(sessions).where(others)).rowcount
            note_deed(connection, deed if count else None)
        return count

    def end_expired_sessions(self, now: datetime) -> int:
        with self._database.transaction() as connection:
            return connection.execute(delete(sessions).where(sessions.c.expires_at <= now)).rowcount

    # Tokens

    def add_token(self, token: ApiToken, *, deed: AccountDeed | None = None) -> None:
        with self._database.transaction() as connection:
            try:
                connection.execute(insert(api_tokens).values(_token_values(token)))
            except IntegrityError as error:
                if violated(error, api_tokens) == FOREIGN_KEY:
                    raise UnknownParentError("user", token.user_id) from error
                raise
            note_deed(connection, deed)

    def find_token(self, secret_sha256: str) -> tuple[ApiToken, User] | None:
        return self._with_user(select(api_tokens).where(api_tokens.c.secret_sha256 == secret_sha256), _token_of)

    def list_tokens(self, user_id: UserId) -> list[ApiToken]:
        query = select(api_tokens).where(api_tokens.c.user_id == user_id)
        with self._database.reading() as connection:
            found = connection.execute(
                query.order_by(api_tokens.c.created_at, api_tokens.c.token_id).limit(LONGEST_LIST)
            )
            return [_token_of(row) for row in found]

    def revoke_token(self, token_id: str, *, deed: AccountDeed | None = None) -> None:
        with self._database.transaction() as connection:
            gone = connection.execute(delete(api_tokens).where(api_tokens.c.token_id == token_id)).rowcount
            note_deed(connection, deed if gone else None)

    def note_token_use(self, token_id: str, at: datetime) -> None:
        """The latest use is kept, in whatever order they are noted. Each note is a commit: not for every request."""
        last = api_tokens.c.last_used_at
        is_later = (api_tokens.c.token_id == token_id) & or_(last.is_(None), last < at)
        with self._database.transaction() as connection:
            connection.execute(update(api_tokens).where(is_later).values(last_used_at=at))

    def _user(self, query: Select[Any]) -> User | None:
        with self._database.reading() as connection:
            return next(iter(_users(connection, query)), None)

    def _with_user(self, query: Select[Any], build: Callable[[Row[Any]], T]) -> tuple[T, User] | None:
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            owner = _users(connection, select(users).where(users.c.user_id == row.user_id))
        return (build(row), owner[0]) if owner else None


def _rights(user: User) -> tuple[object, ...]:
    """What a login was given for: if any of it changes, the logins end."""
    return (user.password_hash, user.role, user.scope, user.is_active)


def _user_refusal(error: IntegrityError, user: User) -> Exception:
    broken = violated(error, users)
    if broken == "uq_users_name":
        return NameTakenError("user", user.name)
    if broken == users.primary_key.name:
        return ValueError(f"the user id {user.user_id} is in use")
    return error


def _user_values(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "name": user.name,
        "password_hash": user.password_hash,
        "role": user.role,
        "sees_everything": user.scope.is_everything,
        "is_active": user.is_active,
        "must_change_password": user.must_change_password,
        "created_at": user.created_at,
    }


def _store_scope(connection: Connection, user: User) -> None:
    rows = [
        {"user_id": user.user_id, "kind": kind, "scope_id": scope_id}
        for kind, scope_ids in ((_ENTERPRISE, user.scope.enterprise_ids), (_SITE, user.scope.site_ids))
        for scope_id in sorted(scope_ids)
    ]
    if rows:
        connection.execute(insert(user_scopes), rows)


def _users(connection: Connection, query: Select[Any]) -> list[User]:
    rows = connection.execute(query).all()
    scopes: dict[str, list[Row[Any]]] = {}
    owners = query.with_only_columns(users.c.user_id).subquery()
    wanted = select(user_scopes).where(user_scopes.c.user_id.in_(select(owners.c.user_id)))
    for row in connection.execute(wanted):
        scopes.setdefault(row.user_id, []).append(row)
    standing = second_factors.c.confirmed_at.is_not(None)
    mine = second_factors.c.user_id.in_(select(owners.c.user_id))
    secured = set(connection.execute(select(second_factors.c.user_id).where(mine, standing)).scalars())
    return [_user_of(row, scopes.get(row.user_id, []), is_secured=row.user_id in secured) for row in rows]


def _user_of(row: Row[Any], scope_rows: Iterable[Row[Any]], *, is_secured: bool) -> User:
    pairs = [(scope.kind, scope.scope_id) for scope in scope_rows]
    return User(
        user_id=row.user_id,
        name=row.name,
        password_hash=row.password_hash.get_secret_value(),
        role=row.role,
        scope=Scope(
            is_everything=row.sees_everything,
            enterprise_ids=frozenset(scope_id for kind, scope_id in pairs if kind == _ENTERPRISE),
            site_ids=frozenset(scope_id for kind, scope_id in pairs if kind == _SITE),
        ),
        is_active=row.is_active,
        must_change_password=row.must_change_password,
        created_at=row.created_at,
        has_second_factor=is_secured,
    )


def _session_of(row: Row[Any]) -> Session:
    return Session(**{name: getattr(row, name) for name in _SESSION_FIELDS})


def _token_values(token: ApiToken) -> dict[str, Any]:
    scope = token.scope
    document = None if scope is None else {"enterprises": sorted(scope.enterprise_ids), "sites": sorted(scope.sites)}
    return {name: getattr(token, name) for name in _TOKEN_FIELDS} | {"scope": document}


def _token_of(row: Row[Any]) -> ApiToken:
    scope = row.scope
    known = {name: getattr(row, name) for name in _TOKEN_FIELDS}
    return ApiToken(**known, scope=None if scope is None else _token_scope(scope))


def _token_scope(document: dict[str, Any]) -> TokenScope:
    return TokenScope(
        enterprise_ids=frozenset(document["enterprises"]),
        sites=frozenset((site, enterprise) for site, enterprise in document["sites"]),
    )


_SESSION_FIELDS = tuple(column.name for column in sessions.columns)
_TOKEN_FIELDS = tuple(column.name for column in api_tokens.columns if column.name != "scope")
