"""Accounts in memory: the twin of api.ports.Accounts."""

import threading
from dataclasses import replace
from datetime import datetime

from api.ports import ApiToken, Session, User
from credit.errors import NameTakenError, UnknownParentError
from domain.ids import UserId


class InMemoryAccounts:
    """Accounts in dictionaries; each method is one transaction under one lock. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._users: dict[UserId, User] = {}
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, ApiToken] = {}

    def add_user(self, user: User) -> None:
        with self._lock:
            if user.user_id in self._users:
                raise ValueError(f"there is already a user {user.user_id}")
            self._put(user)

    def update_user(self, user: User) -> None:
        with self._lock:
            before = self._users.get(user.user_id)
            if before is None:
                raise UnknownParentError("user", user.user_id)
            self._put(user)
            if _rights(before) != _rights(user):
                self._sessions = {key: one for key, one in self._sessions.items() if one.user_id != user.user_id}

    def _put(self, user: User) -> None:
        if any(other.name == user.name and other.user_id != user.user_id for other in self._users.values()):
            raise NameTakenError("user", user.name)
        self._users[user.user_id] = user

    def get_user(self, user_id: UserId) -> User | None:
        with self._lock:
            return self._users.get(user_id)

    def find_user(self, name: str) -> User | None:
        with self._lock:
            return next((user for user in self._users.values() if user.name == name), None)

    def list_users(self) -> list[User]:
        with self._lock:
            return sorted(self._users.values(), key=lambda user: user.name)

    def add_session(self, session: Session) -> None:
        with self._lock:
            self._require_user(session.user_id)
            self._sessions[session.secret_sha256] = session

    def find_session(self, secret_sha256: str) -> tuple[Session, User] | None:
        with self._lock:
            session = self._sessions.get(secret_sha256)
            return None if session is None else (session, self._users[session.user_id])

    def end_session(self, secret_sha256: str) -> None:
        with self._lock:
            self._sessions.pop(secret_sha256, None)

    def end_expired_sessions(self, now: datetime) -> int:
        with self._lock:
            expired = [key for key, session in self._sessions.items() if session.expires_at <= now]
            for key in expired:
                del self._sessions[key]
            return len(expired)

    def add_token(self, token: ApiToken) -> None:
        with self._lock:
            self._require_user(token.user_id)
            self._tokens[token.token_id] = token

    def _require_user(self, user_id: UserId) -> None:
        if user_id not in self._users:
            raise UnknownParentError("user", user_id)

    def find_token(self, secret_sha256: str) -> tuple[ApiToken, User] | None:
        with self._lock:
            token = next((one for one in self._tokens.values() if one.secret_sha256 == secret_sha256), None)
            return None if token is None else (token, self._users[token.user_id])

    def list_tokens(self, user_id: UserId) -> list[ApiToken]:
        with self._lock:
            own = [token for token in self._tokens.values() if token.user_id == user_id]
            return sorted(own, key=lambda token: (token.created_at, token.token_id))

    def revoke_token(self, token_id: str) -> None:
        with self._lock:
            self._tokens.pop(token_id, None)

    def note_token_use(self, token_id: str, at: datetime) -> None:
        with self._lock:
            token = self._tokens.get(token_id)
            if token is not None:
                self._tokens[token_id] = replace(token, last_used_at=at)


def _rights(user: User) -> tuple[object, ...]:
    return (user.password_hash, user.role, user.scope, user.is_active)
