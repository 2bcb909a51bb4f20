"""Accounts, their log and their second factors in memory: the twins of the ports of `api`."""

import threading
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from api.account_log import AccountAct, AccountDeed, AccountEntry, DeedFilter, account_entry
from api.factor_ports import SecondFactor
from api.ports import ApiToken, Session, User
from credit.errors import NameTakenError, UnknownParentError
from domain.ids import UserId


class InMemoryAccounts:
    """Accounts and their log in memory; each method is one transaction under one lock. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._entries: list[AccountEntry] = []
        self._factors: dict[UserId, SecondFactor] = {}
        self._codes: dict[UserId, set[str]] = {}
        self._users: dict[UserId, User] = {}
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, ApiToken] = {}

    def note(self, deed: AccountDeed | None) -> None:
        with self._lock:
            if deed is not None:
                self._entries.append(account_entry(self._entries[-1] if self._entries else None, deed))

    def deeds(self, wanted: DeedFilter, *, before: int | None, limit: int) -> list[AccountEntry]:
        with self._lock:
            found = [
                one
                for one in reversed(self._entries)
                if (before is None or one.number < before)
                and (wanted.person is None or wanted.person in {one.deed.actor_id, one.deed.user_id})
                and (wanted.act is None or one.deed.act is wanted.act)
                and (wanted.since is None or one.deed.at >= wanted.since)
                and (wanted.until is None or one.deed.at < wanted.until)
            ]
            return found[:limit]

    def last_logins(self) -> dict[UserId, datetime]:
        with self._lock:
            logins = [one.deed for one in self._entries if one.deed.act is AccountAct.LOGGED_IN]
            return {deed.user_id: deed.at for deed in sorted(logins, key=lambda deed: deed.at)}

    def all_deeds(self, after: int, limit: int) -> list[AccountEntry]:
        with self._lock:
            return self._entries[after : after + limit]

    def add_user(self, user: User, *, deed: AccountDeed | None = None) -> None:
        with self._lock:
            if user.user_id in self._users:
                raise ValueError(f"there is already a user {user.user_id}")
            self._put(user)
            self.note(deed)

    def update_user(self, user: User, *, deed: AccountDeed | None = None) -> None:
        with self._lock:
            before = self._users.get(user.user_id)
            if before is None:
                raise UnknownParentError("user", user.user_id)
            self._put(user)
            if _rights(before) != _rights(user):
                self._sessions = {key: one for key, one in self._sessions.items() if one.user_id != user.user_id}
            self.note(deed)

    def set_password(
        self,
        user_id: UserId,
        password_hash: str,
        *,
        must_change: bool,
        replacing: str | None = None,
        deed: AccountDeed | None = None,
    ) -> User | None:
        with self._lock:
            before = self._users.get(user_id)
            if before is None or not before.is_active or replacing not in {None, before.password_hash}:
                return None
            self.update_user(replace(before, password_hash=password_hash, must_change_password=must_change), deed=deed)
            return self.get_user(user_id)

    def _put(self, user: User) -> None:
        if any(other.name == user.name and other.user_id != user.user_id for other in self._users.values()):
            raise NameTakenError("user", user.name)
        self._users[user.user_id] = user

    def get_user(self, user_id: UserId) -> User | None:
        with self._lock:
            user = self._users.get(user_id)
            return None if user is None else self._shown(user)

    def _shown(self, user: User) -> User:
        factor = self._factors.get(user.user_id)
        return replace(user, has_second_factor=factor is not None and factor.confirmed_at is not None)

    def find_user(self, name: str) -> User | None:
        with self._lock:
            return next((self._shown(user) for user in self._users.values() if user.name == name), None)

    def list_users(self) -> list[User]:
        with self._lock:
            return sorted((self._shown(user) for user in self._users.values()), key=lambda user: user.name)

    def add_session(self, session: Session, *, deed: AccountDeed | None = None) -> None:
        with self._lock:
            self._require_user(session.user_id)
            self._sessions[session.secret_sha256] = session
            self.note(deed)

    def find_session(self, secret_sha256: str) -> tuple[Session, User] | None:
        with self._lock:
            session = self._sessions.get(secret_sha256)
            return None if session is None else (session, self._shown(self._users[session.user_id]))

    def list_sessions(self, user_id: UserId) -> list[Session]:
        with self._lock:
            own = [session for session in self._sessions.values() if session.user_id == user_id]
            return sorted(own, key=lambda session: (session.created_at, session.secret_sha256))

    def end_session(self, secret_sha256: str, *, deed: AccountDeed | None = None) -> None:
        with self._lock:
            self._sessions.pop(secret_sha256, None)
            self.note(deed)

    def end_sessions(self, user_id: UserId, *, but: str, deed: AccountDeed | None = None) -> int:
        with self._lock:
            gone = [key for key, one in self._sessions.items() if one.user_id == user_id and key != but]
            for key in gone:
                del self._sessions[key]
            self.note(deed if gone else None)
            return len(gone)

    def end_expired_sessions(self, now: datetime) -> int:
        with self._lock:
            expired = [key for key, session in self._sessions.items() if session.expires_at <= now]
            for key in expired:
                del self._sessions[key]
            return len(expired)

    def add_token(self, token: ApiToken, *, deed: AccountDeed | None = None) -> None:
        with self._lock:
            self._require_user(token.user_id)
            self._tokens[token.token_id] = token
            self.note(deed)

    def _require_user(self, user_id: UserId) -> None:
        if user_id not in self._users:
            raise UnknownParentError("user", user_id)

    def find_token(self, secret_sha256: str) -> tuple[ApiToken, User] | None:
        with self._lock:
            token = next((one for one in self._tokens.values() if one.secret_sha256 == secret_sha256), None)
            return None if token is None else (token, self._shown(self._users[token.user_id]))

    def list_tokens(self, user_id: UserId) -> list[ApiToken]:
        with self._lock:
            own = [token for token in self._tokens.values() if token.user_id == user_id]
            return sorted(own, key=lambda token: (token.created_at, token.token_id))

    def revoke_token(self, token_id: str, *, deed: AccountDeed | None = None) -> None:
        with self._lock:
            gone = self._tokens.pop(token_id, None)
            self.note(deed if gone is not None else None)

    def note_token_use(self, token_id: str, at: datetime) -> None:
        with self._lock:
            token = self._tokens.get(token_id)
            if token is not None:
                self._tokens[token_id] = replace(token, last_used_at=at)

    # Second factors

    def get(self, user_id: UserId) -> SecondFactor | None:
        with self._lock:
            factor = self._factors.get(user_id)
            return None if factor is None else replace(factor, recovery_left=len(self._codes.get(user_id, ())))

    def offer(self, user_id: UserId, sealed: str, now: datetime) -> bool:
        with self._lock:
            self._require_user(user_id)
            known = self._factors.get(user_id)
            if known is not None and known.confirmed_at is not None:
                return False
            self._factors[user_id] = SecondFactor(user_id=user_id, sealed=sealed, created_at=now)
            return True

    def confirm(
        self, user_id: UserId, sealed: str, *, step: int, codes: Collection[str], now: datetime, deed: AccountDeed
    ) -> bool:
        with self._lock:
            known = self._factors.get(user_id)
            if known is None or known.confirmed_at is not None or known.sealed != sealed:
                return False
            self._factors[user_id] = replace(known, confirmed_at=now, last_step=step)
            self._codes[user_id] = set(codes)
            self.note(deed)
            return True

    def use_step(self, user_id: UserId, step: int) -> bool:
        with self._lock:
            known = self._factors.get(user_id)
            if known is None or known.confirmed_at is None or known.last_step >= step:
                return False
            self._factors[user_id] = replace(known, last_step=step)
            return True

    def use_recovery(
        self,
        user_id: UserId,
        code_sha256: str,
        now: datetime,  # noqa: ARG002 - the twin forgets used ones
        deed: AccountDeed,
    ) -> bool:
        with self._lock:
            if code_sha256 not in self._codes.get(user_id, set()):
                return False
            self._codes[user_id].discard(code_sha256)
            self.note(deed)
            return True

    def renew_recovery(self, user_id: UserId, codes: Collection[str], deed: AccountDeed) -> None:
        with self._lock:
            self._codes[user_id] = set(codes)
            self.note(deed)

    def remove(self, user_id: UserId, deed: AccountDeed) -> bool:
        with self._lock:
            self._codes.pop(user_id, None)
            if self._factors.pop(user_id, None) is None:
                return False
            self._sessions = {key: one for key, one in self._sessions.items() if one.user_id != user_id}
            self.note(deed)
            return True


def _rights(user: User) -> tuple[object, ...]:
    return (user.password_hash, user.role, user.scope, user.is_active)
