"""Random secrets for sessions and tokens. What is stored is their SHA-256: 256 random bits need no slow hash."""

import hashlib
import secrets

TOKEN_PREFIX = "bk_"  # noqa: S105 - lets people and secret scanners recognise a token
NODE_TOKEN_PREFIX = "bkn_"  # noqa: S105 - the same for a node's, which opens nothing but the ingest routes
EXTRACT_TOKEN_PREFIX = "bkx_"  # noqa: S105 - the same for a receiver's, which opens one extract


def new_session_secret() -> str:
    return secrets.token_urlsafe(32)


def new_token_secret() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_node_secret() -> str:
    return NODE_TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_extract_secret() -> str:
    return EXTRACT_TOKEN_PREFIX + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """SHA-256 in hex, as it is stored and looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()
