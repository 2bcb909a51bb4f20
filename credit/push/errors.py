"""What is refused of receivers and of what is owed to them."""

from credit.errors import CreditError


class ReceiverRefusedError(CreditError):
    """A receiver cannot be kept as it was given. `field` names the entry; `found` never holds a secret."""

    def __init__(self, field: str, expected: str, found: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found


class ReceiverNameTakenError(CreditError):
    """There is a receiver of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is already a receiver named {name!r}")
        self.name = name


class ReceiverChangedError(CreditError):
    """Somebody else changed the receiver meanwhile; None: it is gone."""

    def __init__(self, receiver_id: str, *, expected_version: int, found_version: int | None) -> None:
        super().__init__(f"receiver {receiver_id}: expected version {expected_version}, found {found_version}")
        self.receiver_id = receiver_id
        self.expected_version = expected_version
        self.found_version = found_version


class ReceiverInUseError(CreditError):
    """Something was published to it, or is to be: it must stay, to be told of a withdrawal. Switch it off instead."""

    def __init__(self, name: str) -> None:
        super().__init__(f"receiver {name!r} stands in the ledger of deliveries: switch it off instead of deleting it")
        self.name = name


class PushStateError(CreditError):
    """The delivery's state forbids what was asked for."""

    def __init__(self, delivery_id: str, *, step: str, state: str) -> None:
        super().__init__(f"delivery {delivery_id} is {state}: it cannot be {step}")
        self.delivery_id = delivery_id
        self.step = step
        self.state = state
