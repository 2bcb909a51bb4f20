"""ETags: which version of a thing an answer shows, and which one a change was made from."""

import hashlib
import re

from pydantic import BaseModel

from api.errors import VersionNeededError

_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')


def version_tag(version: int) -> str:
    return f'"{version}"'


def content_tag(shown: BaseModel) -> str:
    """A tag for things without a version number, made of what is shown of them."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def expected_version(if_match: str | None, version: int | None) -> int:
    """The version a change was made from: of If-Match, else of the body. Raises VersionNeededError without either.

    A tag that is none of ours matches no version: 0, which nothing has.
    """
    if if_match is None:
        if version is None:
            raise VersionNeededError
        return version
    match = _VERSION.fullmatch(if_match.strip())
    return int(match.group(1)) if match else 0


def matches(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the client has this version already (RFC 9110 section 13.1.2, weak comparison)."""
    if if_none_match is None:
        return False
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in known or tag in known
