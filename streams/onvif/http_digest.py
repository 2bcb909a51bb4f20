"""HTTP digest authentication (RFC 7616) with MD5 or SHA-256 and quality "auth" or none. Pure."""

import hashlib
import re
import secrets
from collections.abc import Mapping

from streams.onvif.soap import Login

_PART = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def authorization(challenge: str, login: Login, *, method: str, path: str, nonce: str | None = None) -> str | None:
    """The header that answers the challenge; None for one that we cannot answer. `nonce` is the client's own."""
    scheme, _, rest = challenge.strip().partition(" ")
    parts = {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(rest)}
    algorithm = parts.get("algorithm", "MD5").upper()
    qualities = {each.strip() for each in parts.get("qop", "").split(",") if each.strip()}
    if scheme.lower() != "digest" or algorithm not in _HASHES or "nonce" not in parts:
        return None
    if qualities and "auth" not in qualities:
        return None
    answer = {
        "username": login.user,
        "realm": parts.get("realm", ""),
        "nonce": parts["nonce"],
        "uri": path,
        "response": "",
    }
    if qualities:
        answer |= {"cnonce": nonce or secrets.token_hex(8), "nc": "00000001", "qop": "auth"}
    answer["response"] = _response(answer, login, method, algorithm)
    if "opaque" in parts:
        answer["opaque"] = parts["opaque"]
    if "algorithm" in parts:
        answer["algorithm"] = parts["algorithm"]
    bare = {"nc", "qop", "algorithm"}
    shown = (f"{name}={value}" if name in bare else f'{name}="{_quoted(value)}"' for name, value in answer.items())
    return "Digest " + ", ".join(shown)


def _response(answer: Mapping[str, str], login: Login, method: str, algorithm: str) -> str:
    def digest(text: str) -> str:
        return _HASHES[algorithm](text.encode()).hexdigest()

    secret = digest(f"{login.user}:{answer['realm']}:{login.password}")
    request = digest(f"{method}:{answer['uri']}")
    if "qop" not in answer:
        return digest(f"{secret}:{answer['nonce']}:{request}")
    return digest(f"{secret}:{answer['nonce']}:{answer['nc']}:{answer['cnonce']}:{answer['qop']}:{request}")


def _quoted(text: str) -> str:
    return re.sub(r"[\r\n]", "", text).replace("\\", "\\\\").replace('"', '\\"')
