"""Places in laws and standards, version by version: what a code may cite on a day, and who has read it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Somebody compared the clause with a text of the law: who, on which day, and which text it was."""

    by: str
    on: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One version of a place in a law or standard. `law` is its Chinese name.

    Both days belong to the validity; None is an end that is not known or not there. `document` and `url` are empty
    where they are not known. Without a `reading` the clause is unverified and must be shown so.
    """

    clause_id: str
    law: str
    law_en: str
    article: str
    version: str
    valid_from: date | None = None
    valid_until: date | None = None
    publisher: str = ""
    document: str = ""
    url: str = ""
    reading: Reading | None = None

    def __post_init__(self) -> None:
        if self.valid_from is not None and self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError(f"valid_until must not be before {self.valid_from}, got {self.valid_until}")

    @property
    def verified(self) -> bool:
        """Whether somebody has read the text of this version."""
        return self.reading is not None

    def is_in_force(self, day: date) -> bool:
        """Whether this version was in force on the day, as far as its days are known."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def overlaps(self, other: "Clause") -> bool:
        """Whether there is a day on which both versions would be in force."""
        first, second = (self, other) if _start(self) <= _start(other) else (other, self)
        return first.valid_until is None or _start(second) <= first.valid_until


def _start(clause: Clause) -> date:
    return clause.valid_from or date.min


@dataclass(frozen=True, slots=True)
class ClauseRegister:
    """All clauses that may be cited, by id; the versions of each one oldest first and without a common day."""

    versions: Mapping[str, tuple[Clause, ...]]

    @classmethod
    def of(cls, clauses: Iterable[Clause]) -> "ClauseRegister":
        """Raises ValueError where two versions of one clause have a day in common."""
        by_id: dict[str, tuple[Clause, ...]] = {}
        for clause in clauses:
            known = by_id.get(clause.clause_id, ())
            for other in known:
                if clause.overlaps(other):
                    raise ValueError(
                        f"versions {other.version} and {clause.version} of {clause.clause_id} are in force on one day"
                    )
            by_id[clause.clause_id] = tuple(sorted((*known, clause), key=_start))
        return cls(by_id)

    def __iter__(self) -> Iterator[Clause]:
        return (clause for versions in self.versions.values() for clause in versions)

    def __contains__(self, clause_id: object) -> bool:
        return clause_id in self.versions

    def clause_on(self, clause_id: str, day: date) -> Clause | None:
        """The version in force on the day; None for an unknown id, and where none was in force."""
        return next((clause for clause in self.versions.get(clause_id, ()) if clause.is_in_force(day)), None)

    def newest(self, clause_id: str) -> Clause | None:
        """The last version known, in force or not; None for an unknown id."""
        versions = self.versions.get(clause_id, ())
        return versions[-1] if versions else None
