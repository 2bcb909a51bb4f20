"""What an account may see. Every query that returns somebody's data takes a scope."""

from dataclasses import dataclass
from typing import Self

from domain.ids import EnterpriseId, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Everything, or the union of some enterprises with all their sites and some single sites."""

    is_everything: bool = False
    enterprise_ids: frozenset[EnterpriseId] = frozenset()
    site_ids: frozenset[SiteId] = frozenset()

    @classmethod
    def everything(cls) -> Self:
        return cls(is_everything=True)

    def allows(self, enterprise_id: EnterpriseId, site_id: SiteId | None = None) -> bool:
        """Tell whether the enterprise, or the one site of it, may be seen.

        An enterprise itself (`site_id` None) is seen by those scoped to the enterprise only: an account of
        one kitchen does not read the whole firm's figures.
        """
        return (
            self.is_everything
            or enterprise_id in self.enterprise_ids
            or (site_id is not None and site_id in self.site_ids)
        )
