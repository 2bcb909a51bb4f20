"""What a receiver reads. By its shape it cannot hold a lead, an alert, a picture, a colour or a dimension."""

from dataclasses import dataclass
from datetime import date, datetime

from credit.extracts.grant import ExtractPart, Grant
from credit.index import Assessment, Standing
from credit.records import PublicRecord, RecordState
from domain.organisation import Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart:
    """0 to 100 with interval and band; all None where too little is known ("NEW" or "数据不足"), never a guess."""

    standing: Standing
    value: float | None
    low: float | None
    high: float | None
    grade: str | None
    profile: str
    inputs_sha256: str

    @classmethod
    def of(cls, assessment: Assessment) -> "IndexPart":
        return cls(
            standing=assessment.standing,
            value=assessment.value,
            low=assessment.low,
            high=assessment.high,
            grade=None if assessment.band is None else assessment.band.grade,
            profile=assessment.profile_label,
            inputs_sha256=assessment.inputs_sha256,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """`index` and `records` are None where they were not granted; no records is an empty tuple."""

    grant: Grant
    enterprise: Enterprise
    made_at: datetime
    as_of: date
    index: IndexPart | None
    records: tuple[PublicRecord, ...] | None


def published(records: list[PublicRecord], day: date) -> tuple[PublicRecord, ...]:
    """Those that everybody may know on a day: neither contested nor withdrawn, repaired or over."""
    return tuple(record for record in records if record.state_on(day) is RecordState.PUBLISHED)


def has(grant: Grant, part: ExtractPart) -> bool:
    return part in grant.draft.parts
