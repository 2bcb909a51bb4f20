"""What every book of grants promises; run over the in-memory twin and over each database."""

from datetime import timedelta
from typing import Any

import pytest

from credit.errors import GuardError
from credit.extracts.grant import ExtractPart, Grant, GrantDraft
from credit.extracts.ports import GrantBook
from domain.ids import EnterpriseId
from tests.credit.entries import FIRM, NOW, OPERATOR

OTHER_FIRM = EnterpriseId("enterprise-2")


def grant(number: int = 1, **changes: Any) -> Grant:
    draft: dict[str, Any] = {
        "receiver": "示例银行（虚构）",
        "purpose": "经营贷款审核",
        "parts": frozenset(ExtractPart),
        "days": 30,
    }
    draft = {name: changes.pop(name, value) for name, value in draft.items()}
    values: dict[str, Any] = {
        "grant_id": f"grant-{number}",
        "enterprise_id": FIRM,
        "draft": GrantDraft(**draft),
        "given_at": NOW,
        "given_by": OPERATOR,
        "giver_name": "店长",
        "secret_sha256": f"{number:064d}",
    }
    return Grant(**(values | changes))


class GrantBookContract:
    @pytest.fixture
    def book(self) -> GrantBook:
        raise NotImplementedError("override this fixture")

    def test_a_grant_is_found_by_its_secrets_hash_and_by_nothing_else(self, book: GrantBook) -> None:
        book.add(grant(1, parts=frozenset({ExtractPart.RECORDS})))

        found = book.find(grant(1).secret_sha256)

        assert found == book.get("grant-1")
        assert found is not None
        assert found.draft == grant(1, parts=frozenset({ExtractPart.RECORDS})).draft
        assert (found.given_at, found.giver_name, found.withdrawn_at) == (NOW, "店长", None)
        assert book.find(grant(2).secret_sha256) is None
        assert book.get("grant-2") is None

    def test_grants_and_reads_are_the_enterprises_own_newest_first_and_in_pages(self, book: GrantBook) -> None:
        for number in range(1, 4):
            book.add(grant(number))
            book.note_read(f"grant-{number}", NOW + timedelta(hours=number), "192.0.2.1")
        book.add(grant(9, enterprise_id=OTHER_FIRM))
        book.note_read("grant-9", NOW, "192.0.2.9")

        first, reads = book.grants(FIRM, None, 2), book.reads(FIRM, None, 2)

        assert [each.grant_id for each in first] == ["grant-3", "grant-2"]
        assert [each.grant_id for each in book.grants(FIRM, first[-1].number, 2)] == ["grant-1"]
        assert [each.grant_id for each in reads] == ["grant-3", "grant-2"]
        assert [each.grant_id for each in book.reads(FIRM, reads[-1].number, 2)] == ["grant-1"]
        assert (reads[0].receiver, reads[0].at, reads[0].address) == (
            "示例银行（虚构）",
            NOW + timedelta(hours=3),
            "192.0.2.1",
        )
        assert [each.address for each in book.reads(OTHER_FIRM, None, 10)] == ["192.0.2.9"]

    def test_a_withdrawal_is_kept_as_it_was_first_said(self, book: GrantBook) -> None:
        book.add(grant())

        withdrawn = book.withdraw("grant-1", NOW + timedelta(days=1), "店长")
        again = book.withdraw("grant-1", NOW + timedelta(days=2), "别人")

        assert withdrawn is not None
        assert (withdrawn.withdrawn_at, withdrawn.withdrawer_name) == (NOW + timedelta(days=1), "店长")
        assert again == withdrawn
        assert book.withdraw("grant-2", NOW, "店长") is None

    @pytest.mark.parametrize("after", [timedelta(days=30), timedelta(days=400)], ids=["at its end", "long after"])
    def test_a_read_after_the_end_is_refused_and_one_before_it_is_noted(
        self, book: GrantBook, after: timedelta
    ) -> None:
        book.add(grant())

        with pytest.raises(GuardError):
            book.note_read("grant-1", NOW + after, "192.0.2.1")
        book.note_read("grant-1", NOW + timedelta(days=30, seconds=-1), "192.0.2.1")

        assert len(book.reads(FIRM, None, 10)) == 1

    def test_a_read_by_a_withdrawn_or_unknown_grant_is_refused(self, book: GrantBook) -> None:
        book.add(grant())
        book.withdraw("grant-1", NOW, "店长")

        for grant_id in ("grant-1", "grant-2"):
            with pytest.raises(GuardError):
                book.note_read(grant_id, NOW, "192.0.2.1")

        assert book.reads(FIRM, None, 10) == []
