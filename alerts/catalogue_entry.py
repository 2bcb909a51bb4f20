"""One code of the catalogue: what it is, the rule that judges it, and whether it can be judged here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.device_rule import DeviceRule
from alerts.licences.rule import LicenceRule
from alerts.presence import PresenceRule
from alerts.rising import NEVER_RISES, RiseRule
from alerts.sensors.rule import SensorRule
from alerts.state_rule import StateRule
from domain.risk import RiskCode


class AvailabilityState(StrEnum):
    """`enabled`: judged unless a camera says otherwise; `off`: judged where a camera names it; else not at all."""

    ENABLED = "enabled"
    OFF = "off"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from that is not the catalogue's own: the profile that set it, and why it says so."""

    profile: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Whether a code can be detected here. The reasons are empty unless it cannot."""

    code: str
    state: AvailabilityState
    reason_en: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One code with its rule. `rule` is None where no rule exists; the reasons then say why.

    `taught_rule` judges the code on cameras with a live head that people taught for it, in place of `rule`.
    `sensor_rule` judges readings of sensors that a person named, wherever there are some.
    `licence_rule` judges the dates of licences in the registry, unless the code is off by default.
    `device_rule` is about a camera as a device and needs no network; `rule` is None then, without reasons.
    `rises` say when an alert of it becomes more urgent than it was raised as.
    `origins` are those of the values that a profile set, by the name of the field in its file.
    """

    risk: RiskCode
    notify: str
    credit_condition: str
    rule: PresenceRule | None
    is_on_by_default: bool
    reason_en: str = ""
    reason_zh: str = ""
    taught_rule: StateRule | None = None
    device_rule: DeviceRule | None = None
    sensor_rule: SensorRule | None = None
    licence_rule: LicenceRule | None = None
    rises: tuple[RiseRule, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)

    @property
    def judged_rises(self) -> tuple[RiseRule, ...]:
        """Those that hold with the duty that a profile gives the code: advice never becomes more urgent."""
        return () if self.risk.duty in NEVER_RISES else self.rises

    def availability(self, usable_labels: Collection[str], taught_codes: Collection[str] = ()) -> Availability:
        code = self.risk.code
        if self.device_rule is not None or (self.taught_rule is not None and code in taught_codes):
            state = AvailabilityState.ENABLED if self.is_on_by_default else AvailabilityState.OFF
            return Availability(code=code, state=state)
        if self.rule is None:
            return Availability(
                code=code, state=AvailabilityState.NOT_AVAILABLE, reason_en=self.reason_en, reason_zh=self.reason_zh
            )
        missing = ", ".join(sorted(self.rule.needed_labels - set(usable_labels)))
        if missing:
            return Availability(
                code=code,
                state=AvailabilityState.NOT_AVAILABLE,
                reason_en=f"the network does not see this well enough: {missing}",
                reason_zh=f"当前网络尚不能可靠识别：{missing}",
            )
        return Availability(
            code=code, state=AvailabilityState.ENABLED if self.is_on_by_default else AvailabilityState.OFF
        )
