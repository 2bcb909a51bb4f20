"""What every book of public consents promises; run over the in-memory twin and over each database."""

from datetime import timedelta

import pytest

from credit.publicity import PublicConsent, PublicConsents, PublicExtent
from domain.ids import EnterpriseId, UserId
from tests.alerts.samples import EPOCH

FIRM, OTHER_FIRM = EnterpriseId("enterprise-1"), EnterpriseId("enterprise-2")


def consent(number: int, extent: PublicExtent, enterprise_id: EnterpriseId = FIRM) -> PublicConsent:
    return PublicConsent(
        enterprise_id=enterprise_id,
        extent=extent,
        at=EPOCH + timedelta(hours=number),
        user_id=UserId("user-chef"),
        user_name="chef",
        reason="店长决定",
    )


class PublicConsentsContract:
    @pytest.fixture
    def consents(self) -> PublicConsents:
        raise NotImplementedError("override this fixture")

    def test_the_last_word_holds_and_those_before_it_stay_known(self, consents: PublicConsents) -> None:
        said = [consent(1, PublicExtent.PICTURES), consent(2, PublicExtent.FIGURES)]
        for one in (*said, consent(3, PublicExtent.PICTURES, OTHER_FIRM)):
            consents.add(one)

        assert list(consents.history(FIRM, 10)) == said[::-1]
        assert list(consents.history(FIRM, 1)) == said[1:]
        assert consents.standing() == {FIRM: PublicExtent.FIGURES, OTHER_FIRM: PublicExtent.PICTURES}

    def test_a_consent_that_was_taken_back_does_not_stand(self, consents: PublicConsents) -> None:
        consents.add(consent(1, PublicExtent.PICTURES))
        consents.add(consent(2, PublicExtent.NONE))

        assert consents.standing() == {}
