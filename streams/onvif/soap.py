"""SOAP 1.2 as far as ONVIF needs it: envelopes out, elements in. Pure.

What comes from the network is parsed without document types: SOAP forbids them (SOAP 1.2 part 1, section 5), and with
them go entities, so that no bomb can be built of them and no file be read by one.
"""

import base64
import hashlib
import secrets
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

LARGEST_ANSWER = 512 * 1024
LONGEST_TEXT = 200

ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
_ENCODING = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0"


class SoapError(ValueError):
    """The text is no SOAP message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    user: str
    password: str = field(repr=False)


def envelope(body: str, *, header: str = "") -> str:
    """A message; both parts are XML already."""
    head = f"<s:Header>{header}</s:Header>" if header else ""
    message = f'<s:Envelope xmlns:s="{ENVELOPE}">{head}<s:Body>{body}</s:Body></s:Envelope>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{message}'


def username_token(login: Login, created: datetime, nonce: bytes | None = None) -> str:
    """The header of WS-Security UsernameToken with a password digest.

    Digest = base64(SHA-1(nonce + created + password)), OASIS UsernameToken Profile 1.0, section 3.1.
    """
    nonce = nonce or secrets.token_bytes(16)
    at = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + at.encode() + login.password.encode()).digest()  # noqa: S324 - the profile's own
    return (
        f'<w:Security s:mustUnderstand="1" xmlns:w="{_SECURITY}" xmlns:u="{_UTILITY}"><w:UsernameToken>'
        f"<w:Username>{escape(login.user)}</w:Username>"
        f'<w:Password Type="{_PROFILE}#PasswordDigest">{base64.b64encode(digest).decode()}</w:Password>'
        f'<w:Nonce EncodingType="{_ENCODING}#Base64Binary">{base64.b64encode(nonce).decode()}</w:Nonce>'
        f"<u:Created>{at}</u:Created></w:UsernameToken></w:Security>"
    )


def parsed(content: bytes) -> ET.Element:
    """The root of an envelope. Raises SoapError for anything that is not one, in words without what was sent."""
    if len(content) > LARGEST_ANSWER:
        raise SoapError(f"more than {LARGEST_ANSWER} bytes")
    text = _decoded(content)
    if "<!DOCTYPE" in text:
        raise SoapError("a document type, which SOAP forbids")
    try:
        # As text: the parser then goes by these very characters, whatever encoding the text declares.
        root = ET.fromstring(text)  # noqa: S314 - see the module
    except (ET.ParseError, ValueError) as error:
        raise SoapError("text that is no XML") from error
    if local_name(root) != "Envelope":
        raise SoapError("XML that is no envelope")
    return root


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SoapError("bytes that are no text")


def local_name(element: ET.Element) -> str:
    """The name without its namespace: makers do not agree on prefixes and versions."""
    return str(element.tag).rpartition("}")[2]


def named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """All elements of that local name below."""
    return (element for element in root.iter() if local_name(element) == name)


def first(root: ET.Element, *path: str) -> ET.Element | None:
    """The first element below under that path of local names; None where there is none."""
    found: ET.Element | None = root
    for name in path:
        found = next(named(found, name), None) if found is not None else None
    return found


def text_of(root: ET.Element, *path: str, longest: int = LONGEST_TEXT) -> str | None:
    """The text of the first such element, fit to be shown; None where it says nothing."""
    found = first(root, *path)
    return plain(found.text, longest) if found is not None and found.text else None


def plain(text: str | None, longest: int = LONGEST_TEXT) -> str | None:
    """A text from the network without control characters, cut to a length; None if nothing is left."""
    kept = "".join(sign for sign in text or "" if unicodedata.category(sign)[0] != "C").strip()
    return kept[:longest] or None


def fault_of(root: ET.Element) -> str | None:
    """The codes of a fault, innermost last, such as "Sender NotAuthorized"; None where the message is none."""
    fault = first(root, "Body", "Fault")
    if fault is None:
        return None
    codes = [plain(value.text) or "" for value in named(fault, "Value")] or [text_of(fault, "faultcode") or ""]
    return " ".join(code.rpartition(":")[2] for code in codes if code)[:LONGEST_TEXT] or "unknown"
