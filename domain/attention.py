"""How closely a camera's pictures are needed at present."""

from enum import StrEnum


class Attention(StrEnum):
    """What whoever looks at pictures tells whoever decodes them.

    `IDLE`: for a while nothing has changed and nothing is followed, so a picture now and then is enough. It is a
    permission, never an order: a camera may give more, and must where it sees by itself that something moves.
    """

    AWAKE = "awake"
    IDLE = "idle"
