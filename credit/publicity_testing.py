"""An in-memory twin of the book of consents."""

import threading
from collections.abc import Mapping, Sequence

from credit.publicity import PublicConsent, PublicExtent
from domain.ids import EnterpriseId


class InMemoryConsents:
    """PublicConsents in a list. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._consents: list[PublicConsent] = []

    def add(self, consent: PublicConsent) -> None:
        with self._lock:
            self._consents.append(consent)

    def history(self, enterprise_id: EnterpriseId, limit: int) -> Sequence[PublicConsent]:
        with self._lock:
            own = [each for each in self._consents if each.enterprise_id == enterprise_id]
        return own[::-1][:limit]

    def standing(self) -> Mapping[EnterpriseId, PublicExtent]:
        with self._lock:
            last = {each.enterprise_id: each.extent for each in self._consents}
        return {enterprise_id: extent for enterprise_id, extent in last.items() if extent is not PublicExtent.NONE}
