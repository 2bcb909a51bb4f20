"""Clauses as they travel."""

from datetime import date
from typing import Self

from api.fields import Shown
from domain.clause import ClauseRegister


class ClauseView(Shown):
    """A place in a law, in the version of a day. `verified` false: nobody has compared it with the text yet.

    `in_force` false: no version was in force on that day, or none is known; what is told is then the last version.
    Days, publisher, document and address are null or empty where they are not known.
    """

    clause_id: str
    law: str
    law_en: str
    article: str
    version: str
    in_force: bool
    valid_from: date | None
    valid_until: date | None
    publisher: str
    document: str
    url: str
    verified: bool
    verified_by: str | None
    verified_on: date | None
    verified_text: str | None

    @classmethod
    def told(cls, clause_id: str, register: ClauseRegister, day: date) -> Self:
        """The version of the day; of a clause that the register does not have (any more) only the id is known."""
        valid = register.clause_on(clause_id, day)
        clause = valid or register.newest(clause_id)
        if clause is None:
            return cls.unknown(clause_id)
        reading = clause.reading
        return cls(
            clause_id=clause.clause_id,
            law=clause.law,
            law_en=clause.law_en,
            article=clause.article,
            version=clause.version,
            in_force=valid is not None,
            valid_from=clause.valid_from,
            valid_until=clause.valid_until,
            publisher=clause.publisher,
            document=clause.document,
            url=clause.url,
            verified=reading is not None,
            verified_by=reading.by if reading else None,
            verified_on=reading.on if reading else None,
            verified_text=reading.text if reading else None,
        )

    @classmethod
    def unknown(cls, clause_id: str) -> Self:
        return cls(
            clause_id=clause_id,
            law="",
            law_en="",
            article="",
            version="",
            in_force=False,
            valid_from=None,
            valid_until=None,
            publisher="",
            document="",
            url="",
            verified=False,
            verified_by=None,
            verified_on=None,
            verified_text=None,
        )
