"""Wires what logins need beside accounts: second factors under a key of this installation."""

from datetime import UTC, datetime
from pathlib import Path

from api.factor_desk import FactorBox, SecondFactorDesk
from service.secrets import load_or_create
from service.store import Store

FACTOR_KEY = "second_factors"


def second_factors(store: Store, folder: Path) -> SecondFactorDesk:
    """Raises SecretsFileError for a key that cannot be kept."""
    box = FactorBox(load_or_create(folder, FACTOR_KEY))
    return SecondFactorDesk(store.second_factors, box, lambda: datetime.now(UTC))
