"""In-memory twin of the book of licences."""

from alerts.licences.ports import Licence
from domain.ids import EnterpriseId


class InMemoryLicences:
    """Implements LicenceBook; `known` is put in by hand, `asked` counts questions."""

    def __init__(self) -> None:
        self.known: dict[EnterpriseId, Licence] = {}
        self.asked = 0

    def licence(self, enterprise_id: EnterpriseId) -> Licence | None:
        self.asked += 1
        return self.known.get(enterprise_id)
