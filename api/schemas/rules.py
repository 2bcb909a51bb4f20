"""Rules of the catalogue as they travel: their numbers, and what each jurisdiction says otherwise."""

from collections.abc import Collection
from typing import Annotated, Literal, Self

from pydantic import Field

from alerts.catalogue import Catalogue, CatalogueEntry, CatalogueFolder
from alerts.presence import PresenceRule
from alerts.profiles import Override, Profile
from api.fields import Page, Shown
from domain.risk import RiskCode

RuleKind = Literal["pictures", "device", "sensor", "licence", "none"]


class TimingView(Shown):
    """The numbers of a rule over pictures. Seconds; `minimum_travel` in lengths of the thing's own box."""

    minimum_seconds: float
    cool_down_seconds: float
    grace_seconds: float
    end_after_seconds: float
    minimum_hits: int
    hits_window_seconds: float
    minimum_travel: float
    active: str
    hours: Annotated[list[str], Field(description="by the clock on the site's wall; empty: all day")]
    zone_types: Annotated[list[str], Field(description="judged only there; empty: in the whole picture")]
    labels: list[str]

    @classmethod
    def of(cls, rule: PresenceRule) -> Self:
        return cls(
            minimum_seconds=rule.minimum_seconds,
            cool_down_seconds=rule.cool_down_seconds,
            grace_seconds=rule.grace_seconds,
            end_after_seconds=rule.end_after_seconds,
            minimum_hits=rule.minimum_hits,
            hits_window_seconds=rule.hits_window_seconds,
            minimum_travel=rule.minimum_travel,
            active=rule.active.value,
            hours=[f"{each.start:%H:%M}-{each.end:%H:%M}" for each in rule.hours],
            zone_types=sorted(each.value for each in rule.zone_types),
            labels=sorted(rule.needed_labels),
        )


class RuleNumbersView(Shown):
    """How a code is judged. `timing` is null where no picture tells; `taught` is that of a live head, if one can be."""

    code: str
    kind: RuleKind
    is_on_by_default: bool
    timing: TimingView | None
    taught: TimingView | None

    @classmethod
    def of(cls, entry: CatalogueEntry) -> Self:
        return cls(
            code=entry.risk.code,
            kind=_kind(entry),
            is_on_by_default=entry.is_on_by_default,
            timing=TimingView.of(entry.rule) if entry.rule else None,
            taught=TimingView.of(entry.taught_rule) if entry.taught_rule else None,
        )


class ChangeView(Shown):
    """One value that a jurisdiction sets. `field` is its name in the files; values as they would be read there."""

    field: str
    before: str
    after: str


class OverrideView(Shown):
    code: str
    because: str
    changes: list[ChangeView]


class JurisdictionView(Shown):
    """A jurisdiction. `is_in_service`: applied here, alone or below the one that is."""

    profile: str
    name_zh: str
    name_en: str
    based_on: str
    remark: str
    is_in_service: bool
    holidays: int
    classes: Annotated[list[str], Field(description="classes whose review and clocks it sets")]
    overrides: list[OverrideView]

    @classmethod
    def of(cls, profile: Profile, folder: CatalogueFolder, in_service: Collection[str]) -> Self:
        before = folder.catalogue(profile.based_on).entries
        after = folder.catalogue(profile.name).entries
        return cls(
            profile=profile.name,
            name_zh=profile.name_zh,
            name_en=profile.name_en,
            based_on=profile.based_on,
            remark=profile.remark,
            is_in_service=profile.name in in_service,
            holidays=len(profile.holidays),
            classes=[each.value for each in profile.terms],
            overrides=[_override(each, before[code], after[code]) for code, each in profile.overrides.items()],
        )


class RulePage(Page):
    """`version` is that of the catalogue in service, with its profile behind a plus sign."""

    version: str
    profile: str
    items: list[RuleNumbersView]
    profiles: list[JurisdictionView]

    @classmethod
    def of_catalogue(cls, catalogue: Catalogue, folder: CatalogueFolder) -> Self:
        in_service = {each.name for each in catalogue.profiles}
        return cls(
            version=catalogue.version,
            profile=catalogue.profile.name if catalogue.profile else "",
            items=[RuleNumbersView.of(entry) for entry in catalogue],
            profiles=[JurisdictionView.of(each, folder, in_service) for each in folder.profiles.values()],
        )


def _kind(entry: CatalogueEntry) -> RuleKind:
    if entry.rule is not None:
        return "pictures"
    if entry.device_rule is not None:
        return "device"
    if entry.sensor_rule is not None:
        return "sensor"
    return "licence" if entry.licence_rule is not None else "none"


def _override(override: Override, before: CatalogueEntry, after: CatalogueEntry) -> OverrideView:
    changes = [
        ChangeView(field=field, before=_value(before, field), after=_value(after, field)) for field in override.fields
    ]
    return OverrideView(code=override.code, because=override.because, changes=changes)


def _value(entry: CatalogueEntry, field: str) -> str:
    """A value of a code's file as people read it; empty where there is none."""
    risk: RiskCode = entry.risk
    rule = entry.rule or entry.taught_rule or entry.device_rule or entry.sensor_rule
    values: dict[str, object] = {
        "class": risk.risk_class.value,
        "duty": risk.duty.value,
        "clauses": ", ".join(clause.clause_id for clause in risk.clauses),
        "credit_eligible": "true" if risk.is_credit_eligible else "false",
        "remark": risk.remark,
        "credit_condition": entry.credit_condition,
        "notify": entry.notify,
        "on_by_default": "true" if entry.is_on_by_default else "false",
        "minimum_seconds": getattr(rule, "minimum_seconds", ""),
        "cool_down_seconds": getattr(rule, "cool_down_seconds", ""),
        "active": getattr(rule, "active", ""),
        "hours": ", ".join(f"{each.start:%H:%M}-{each.end:%H:%M}" for each in getattr(rule, "hours", ())),
    }
    value = values.get(field, "")
    return f"{value:g}" if isinstance(value, float) else str(value)
