"""What can go wrong with keeping and deleting evidence."""

from alerts.errors import AlertsError
from domain.ids import AlertId


class PolicyError(AlertsError):
    """The policy's data is wrong. `where` is file, line, column and field."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: expected {expected}, found {found!r}")
        self.where = where
        self.expected = expected
        self.found = found


class HoldError(AlertsError):
    """The hold is as it was asked to become. `state` is `held` or `not held`."""

    def __init__(self, alert_id: AlertId, state: str) -> None:
        super().__init__(f"alert {alert_id} is {state} already")
        self.alert_id = alert_id
        self.state = state
