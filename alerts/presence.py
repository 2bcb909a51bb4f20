"""The numbers of a rule of kind "presence": something is there that must not be there, for long enough."""

from dataclasses import dataclass
from enum import StrEnum

from domain.schedule import DailyHours
from domain.zone import ZoneType


class ActiveWhen(StrEnum):
    """When the site's schedule lets the rule judge."""

    ALWAYS = "always"
    BUSINESS_HOURS = "business_hours"
    OUTSIDE_BUSINESS_HOURS = "outside_business_hours"


class SubjectKind(StrEnum):
    """What one alert is about: each single thing that is followed, or the state of a whole zone."""

    TRACK = "track"
    ZONE = "zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceRule:
    """When the presence of a label becomes a violation. Seconds are of time with pictures.

    A subject must be a confirmed track with one of `labels`, seen for `minimum_seconds` with gaps of at most
    `grace_seconds`, in at least `minimum_hits` frames of the latest `hits_window_seconds`, and have moved by
    `minimum_travel` body lengths (diagonals of its box). It ends after `end_after_seconds` in which pictures came
    and did not show it; then its place is quiet for `cool_down_seconds`.

    `with_labels`: such a box must hold at least `with_share` of the subject (a phone in somebody's hands).
    `veto_labels` (used where the network knows them) and `competing_labels` (needed): such a box on the same place
    means "cannot judge". So do a subject whose shorter side is below `minimum_side_px`, and with
    `abstains_at_edge` one that is cut by the frame's edge.
    It judges while the site's schedule is as `active` says, and in `hours` of the site's wall clock (empty: all day).
    `zone_types`: judged only there; empty: in the whole picture but for `excluded_zone_types`.
    `stands_with`: the subject stands where the one box of this label around it stands (a face has no feet).
    A track that vanished is taken up by a new one within `reattach_seconds` and `reattach_lengths` body lengths.
    """

    labels: frozenset[str]
    minimum_seconds: float
    minimum_hits: int
    hits_window_seconds: float
    grace_seconds: float
    end_after_seconds: float
    cool_down_seconds: float
    minimum_travel: float = 0.0
    active: ActiveWhen = ActiveWhen.ALWAYS
    hours: tuple[DailyHours, ...] = ()
    subject: SubjectKind = SubjectKind.TRACK
    reattach_seconds: float = 5.0
    reattach_lengths: float = 2.0
    with_labels: frozenset[str] = frozenset()
    with_share: float = 0.5
    veto_labels: frozenset[str] = frozenset()
    competing_labels: frozenset[str] = frozenset()
    minimum_side_px: int = 0
    abstains_at_edge: bool = False
    zone_types: frozenset[ZoneType] = frozenset()
    excluded_zone_types: frozenset[ZoneType] = frozenset()
    stands_with: str | None = None

    def __post_init__(self) -> None:
        if not self.labels:
            raise ValueError("a presence rule needs at least one label")
        if self.minimum_hits < 1:
            raise ValueError(f"minimum_hits must be at least 1, got {self.minimum_hits}")

    @property
    def needed_labels(self) -> frozenset[str]:
        """What the network must be able to tell for this rule to judge at all."""
        return self.labels | self.with_labels | self.competing_labels
