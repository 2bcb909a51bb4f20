"""Comparison with peers as it travels: counts, medians and quartiles, never a name."""

from datetime import date
from typing import Self

from api.fields import Shown
from credit.peer_desk import Standing
from credit.peers import Compared, Ring
from credit.suggestions import Suggestion
from domain.organisation import EnterpriseType


class BesidePeersView(Shown):
    """One figure beside those of `count` peers; `percentile` is the part of them that is below it, 0 to 100."""

    own: float
    count: int
    percentile: float
    lower_quartile: float
    median: float
    upper_quartile: float

    @classmethod
    def of(cls, compared: Compared) -> Self:
        return cls(
            own=round(compared.own, 4),
            count=compared.count,
            percentile=round(compared.percentile, 1),
            lower_quartile=round(compared.lower_quartile, 4),
            median=round(compared.median, 4),
            upper_quartile=round(compared.upper_quartile, 4),
        )


class DimensionBesidePeersView(BesidePeersView):
    dimension_id: str
    zh: str
    en: str
    is_weak: bool


class SuggestionView(Shown):
    kind: str
    what_zh: str
    what_en: str
    reason_zh: str
    reason_en: str
    references: list[str]

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        return cls(
            kind=suggestion.kind,
            what_zh=suggestion.what_zh,
            what_en=suggestion.what_en,
            reason_zh=suggestion.reason_zh,
            reason_en=suggestion.reason_en,
            references=list(suggestion.references),
        )


class PeersView(Shown):
    """`ring` is null where even the widest circle holds fewer than `least` peers; nothing is compared then."""

    as_of: date
    profile: str
    type: EnterpriseType
    region: str | None
    ring: Ring | None
    count: int
    least: int
    index: BesidePeersView | None
    dimensions: list[DimensionBesidePeersView]
    weak_points: list[str]
    suggestions: list[SuggestionView]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        compared, assessment = standing.comparison, standing.assessment
        names = {each.dimension.dimension_id: each.dimension for each in assessment.readings}
        weak = [name for name, _ in compared.weak_points]
        return cls(
            as_of=assessment.facts.as_of,
            profile=assessment.profile_label,
            type=compared.type,
            region=compared.region,
            ring=compared.ring,
            count=compared.count,
            least=compared.least,
            index=None if compared.index is None else BesidePeersView.of(compared.index),
            dimensions=[
                DimensionBesidePeersView(
                    **BesidePeersView.of(each).model_dump(),
                    dimension_id=name,
                    zh=names[name].zh,
                    en=names[name].en,
                    is_weak=name in weak,
                )
                for name, each in compared.dimensions
            ],
            weak_points=weak,
            suggestions=[SuggestionView.of(each) for each in standing.suggestions],
        )
