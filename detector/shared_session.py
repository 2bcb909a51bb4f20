"""Networks that several threads look through, and networks that are not opened before somebody looks.

A network in memory is its file, what the runtime makes of it, and the room for one look. The first two need not be
there once for each thread, and none of it before the first look.
"""

import threading
from collections.abc import Callable
from typing import Self

from detector.errors import NetworkError
from detector.ports import NetworkSession
from domain.geometry import FloatArray
from models.errors import ModelError


class SharedSession:
    """One session for all who ask, opened for the first of them. Any thread.

    Only for a runtime that takes looks of several threads at once, as ONNX Runtime does on the processor.
    """

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._session: NetworkSession | None = None

    def get(self, opener: Callable[[], NetworkSession]) -> NetworkSession:
        """Raises what `opener` raises, and tries anew next time."""
        with self._opening:
            if self._session is None:
                self._session = opener()
            return self._session


class OnDemandSession:
    """A NetworkSession that opens itself at its first look. Any thread, if what it opens takes several."""

    def __init__(self, opener: Callable[[], NetworkSession], runtime: str) -> None:
        self._opener = opener
        self._runtime = runtime
        self._shared = SharedSession()

    @classmethod
    def proven(cls, opener: Callable[[], NetworkSession]) -> Self:
        """After the network was opened once, to see that it works, and dropped. Raises what `opener` raises."""
        return cls(opener, opener().runtime)

    @property
    def runtime(self) -> str:
        return self._runtime

    def infer(self, batch: FloatArray) -> FloatArray:
        """See detector.ports.NetworkSession. Raises NetworkError also where the network cannot be opened any more."""
        try:
            session = self._shared.get(self._opener)
        except ModelError as error:
            raise NetworkError(self._runtime, str(error)) from error
        return session.infer(batch)
