"""Papers that an enterprise puts to its application: what they are, and what their bytes say. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from credit.applications.hints import Hint
from credit.errors import GuardError
from domain.frame import require_utc
from domain.ids import UserId
from domain.text import require_text

MOST_MATERIALS = 20
LEAST_BYTES = 64


class MaterialKind(StrEnum):
    """信用修复申请表, 信用修复承诺书, 履行义务的证明, others."""

    FORM = "form"
    PROMISE = "promise"
    PROOF = "proof"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return {"form": "信用修复申请表", "promise": "信用修复承诺书", "proof": "履行义务证明", "other": "其他材料"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class MediaType:
    """A kind of file that is taken, by what its first and last bytes say and not by what it is called."""

    name: str
    suffix: str


PDF = MediaType("application/pdf", "pdf")
PNG = MediaType("image/png", "png")
JPEG = MediaType("image/jpeg", "jpg")


def sniffed(content: bytes) -> MediaType:
    """What the content is. Raises GuardError for anything but a whole PDF, PNG or JPEG."""
    expected = "a whole PDF document, or a PNG or JPEG picture"
    if len(content) < LEAST_BYTES:
        raise GuardError("content", expected, f"{len(content)} bytes")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise GuardError("content", expected, "a PDF without its end")
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        if b"IEND" not in content[-32:]:
            raise GuardError("content", expected, "a PNG picture without its end")
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        if b"\xff\xd9" not in content[-1024:]:
            raise GuardError("content", expected, "a JPEG picture without its end")
        return JPEG
    raise GuardError("content", expected, "something else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One paper. `name` is its place in the store, `title` what people call it.

    `hints` are what a pre-check told, None before one; `checked_with` names what read it.
    """

    material_id: str
    application_id: str
    kind: MaterialKind
    title: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_by: UserId
    uploaded_at: datetime
    removed_at: datetime | None = None
    hints: tuple[Hint, ...] | None = None
    checked_at: datetime | None = None
    checked_with: str | None = None

    def __post_init__(self) -> None:
        require_utc("uploaded_at", self.uploaded_at)
        try:
            require_text("title", self.title)
        except ValueError as error:
            raise GuardError("title", "a short text", str(error)) from None
