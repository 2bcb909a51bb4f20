"""Opaque places in a list: clients hand them back and never look inside."""

import base64
import binascii
import re

_INSIDE = re.compile(r"1:([A-Za-z0-9_-]{1,64})")  # 1 is the version of this form


def cursor_after(item_id: str) -> str:
    """The place after the item of that id."""
    return base64.urlsafe_b64encode(f"1:{item_id}".encode()).decode().rstrip("=")


def item_before(cursor: str) -> str | None:
    """The id that the cursor was made of, or None for a text that is no cursor of ours."""
    try:
        inside = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    match = _INSIDE.fullmatch(inside)
    return match.group(1) if match else None
