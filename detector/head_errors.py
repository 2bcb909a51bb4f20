"""What can go wrong with taught heads."""

from pathlib import Path

from detector.errors import TeachingError


class HeadError(TeachingError):
    """A head cannot do what was asked."""


class HeadNotFoundError(HeadError):
    """There is no such head, version or example."""

    def __init__(self, kind: str, item_id: str) -> None:
        super().__init__(kind, f"a {kind} that is there", item_id)
        self.kind = kind
        self.item_id = item_id


class HeadFileError(HeadError):
    """A file of a head cannot be read; `path` names it."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        # The folder that all heads lie in is the machine's business, and messages reach the API.
        super().__init__(f"{path.parent.name}/{path.name}", expected, found)
        self.path = path


class HeadStoreError(HeadError):
    """A file of a head cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path.name, "to be written", reason)
        self.path = path
        self.reason = reason


class HeadNetworkError(HeadError):
    """The head was taught on another embedding network than the one in service."""

    def __init__(self, head_id: str, *, expected: str, found: str, crops: int, examples: int) -> None:
        way = (
            f"{crops} of its {examples} examples kept their cut-outs and can be looked at anew: reembed the head"
            if crops
            else "no cut-outs were kept, so it needs new examples"
        )
        super().__init__(
            f"head {head_id}", f"embedding network {expected[:12]}… (in service)", f"taught on {found[:12]}…; {way}"
        )
        self.head_id = head_id
        self.crops = crops


class HeadNotReadyError(HeadError):
    """A head may not go live yet; `missing` says what is."""

    def __init__(self, head_id: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"head {head_id}", "to be good enough to go live", "; ".join(missing))
        self.head_id = head_id
        self.missing = missing


class HeadStatusError(HeadError):
    """The head's status does not allow it."""

    def __init__(self, head_id: str, *, wanted: str, status: str) -> None:
        super().__init__(f"head {head_id}", f"a head that can be {wanted}", status)
        self.head_id = head_id
        self.wanted = wanted
        self.status = status
