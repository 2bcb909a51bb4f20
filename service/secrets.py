"""Secrets that the service makes for itself at its first start, kept in one file that only it can read."""

import json
import os
import secrets
from pathlib import Path

FILE_NAME = "secrets.json"


class SecretsFileError(Exception):
    """The secrets file cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def load_or_create(folder: Path, name: str) -> str:
    """The secret of that name (43 characters of URL-safe text), made at the first call.

    The file has mode 0600. Raises SecretsFileError if it cannot be read or written, and if it is there but is no
    JSON object of texts, rather than replacing a secret that clients already use.
    """
    path = folder / FILE_NAME
    try:
        known = _read(path)
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            _write(path, known)
    except OSError as error:
        raise SecretsFileError(path, f"cannot be used: {error.strerror}") from error
    return known[name]


def _read(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SecretsFileError(path, "expected JSON") from error
    if not (isinstance(content, dict) and all(isinstance(value, str) for value in content.values())):
        raise SecretsFileError(path, "expected a JSON object of texts")
    return content


def _write(path: Path, content: dict[str, str]) -> None:
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
