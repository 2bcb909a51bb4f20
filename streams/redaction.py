"""Text that may hold a camera's address, without its secrets.

Hiding too much is a nuisance, hiding too little a leak: where a password could begin or end in two places,
the longer one is taken, and an address whose host cannot be told apart is hidden whole.
"""

import re
from urllib.parse import unquote

HIDDEN = "***"

_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
# host, host:port, [v6], [v6%zone]:port, or what was hidden already.
_HOST = re.compile(r"(?:\[[0-9a-f:.]+(?:%[\w.\-]+)?\]|[\w.\-]+|\*\*\*)?(?::\d{0,5})?", re.IGNORECASE)
_HOST_END = re.compile(r"[/?#\s'\"<>,;)\]]")
# "user:secret@", "//user:secret@", "token@" without a scheme: from the word with the first colon to the last @.
_NAKED = re.compile(r"(?P<user>[^\s/]*:[^\r\n]*|[^\s/:]+)@")
# key=value as in queries, and in the paths of cameras that put their password there (user=a_password=b_channel=1).
_PAIR = re.compile(r"(?P<key>[\w%.\-\[\]]+)=(?P<value>[^&\s'\"]*)")
_SECRET_KEY = re.compile(
    r"pass|pwd|token|auth|secret|key|sig|cred|session|sid|jwt|user|usr|login|account|ticket|code|nonce|hash|digest|psw",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def redact_url(text: str) -> str:
    """The text without user names, passwords and tokens of the addresses in it.

    It takes one address or a whole message with addresses in it, such as FFmpeg's. Text that is not
    readable is hidden whole. Applying it twice changes nothing more.
    """
    if _UNREADABLE.search(text):
        return HIDDEN
    # Not `splitlines`: a password can hold the other signs that it takes for the end of a line.
    lines = (_line_without_logins(line) for line in re.split(r"([\r\n])", text))
    return _PAIR.sub(_hide_pair, "".join(lines))


def _line_without_logins(line: str) -> str:
    """All from the first scheme to the last @ may be a login: a password can hold another scheme."""
    scheme = _SCHEME.search(line)
    if scheme is None:
        return _without_naked_login(line)
    _, at, rest = line[scheme.end() :].rpartition("@")
    return _without_naked_login(line[: scheme.start()]) + scheme.group() + (f"{HIDDEN}@" if at else "") + _kept(rest)


def _kept(rest: str) -> str:
    """A host and what follows it; a host that is none hides its word."""
    end = _HOST_END.search(rest) if not rest.startswith("[") else _HOST_END.search(rest, max(rest.find("]") + 1, 1))
    place = end.start() if end else len(rest)
    host = rest[:place]
    # A colon before the message ("host: Connection refused") belongs to the sentence.
    is_sentence = host.endswith(":") and rest[place : place + 1].isspace()
    if _HOST.fullmatch(host.removesuffix(":") if is_sentence else host):
        return host + _line_without_logins(rest[place:])
    return HIDDEN + (_line_without_logins(rest[place:]) if rest[place : place + 1].isspace() else "")


def _without_naked_login(text: str) -> str:
    is_path = text.startswith(("/", "./", "../")) and not text.startswith("//") and ":" not in text
    return text if is_path else _NAKED.sub(f"{HIDDEN}@", text)


def _hide_pair(pair: re.Match[str]) -> str:
    """`key=***` if any key of the chain is a secret's; a key may be percent-encoded to slip through."""
    is_secret = _SECRET_KEY.search(unquote(pair["key"])) is not None
    if is_secret:
        return f"{pair['key']}={HIDDEN}"
    return f"{pair['key']}={_PAIR.sub(_hide_pair, pair['value'])}"
