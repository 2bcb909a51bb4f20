"""What every SecondFactors promises; run over the in-memory twin and over each database.

Use: subclass and override the fixture `both` (accounts with user-1 and user-2, and the factors beside them).
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from api.account_log import AccountAct, AccountLog, DeedFilter, account_faults
from api.factor_ports import SecondFactors
from api.ports import Accounts
from credit.errors import UnknownParentError
from domain.ids import UserId
from tests.alerts.samples import EPOCH
from tests.service.storage.accounts_contract import deed, session, user

Both = tuple[Accounts, SecondFactors, AccountLog]
ME, OTHER = UserId("user-1"), UserId("user-2")
CODES = [f"{number:064x}" for number in range(10)]


def stand(factors: SecondFactors, user_id: UserId = ME, sealed: str = "sealed") -> None:
    assert factors.offer(user_id, sealed, EPOCH)
    assert factors.confirm(user_id, sealed, step=100, codes=CODES, now=EPOCH, deed=deed())


class SecondFactorsContract:
    @pytest.fixture
    def make(self) -> Callable[[], Both]:
        raise NotImplementedError("override this fixture")

    @pytest.fixture
    def both(self, make: Callable[[], Both]) -> Both:
        made = make()
        for number in (1, 2):
            made[0].add_user(user(number))
        return made

    def test_what_is_on_offer_counts_for_nothing_until_it_is_confirmed(self, both: Both) -> None:
        accounts, factors, _ = both
        assert factors.get(ME) is None
        assert factors.offer(ME, "first", EPOCH)
        assert factors.offer(ME, "second", EPOCH + timedelta(seconds=1)), "a new offer replaces the old one"

        found = accounts.get_user(ME)
        assert found is not None
        assert not found.has_second_factor
        assert not factors.use_step(ME, 7)
        assert not factors.confirm(ME, "first", step=1, codes=CODES, now=EPOCH, deed=deed())
        assert factors.confirm(ME, "second", step=1, codes=CODES, now=EPOCH, deed=deed())
        assert not factors.confirm(ME, "second", step=2, codes=CODES, now=EPOCH, deed=deed())
        assert not factors.offer(ME, "third", EPOCH), "what stands is not replaced"
        kept = factors.get(ME)
        assert kept is not None
        assert (kept.sealed, kept.confirmed_at, kept.last_step, kept.recovery_left) == ("second", EPOCH, 1, 10)

    def test_the_account_and_its_logins_say_that_it_stands(self, both: Both) -> None:
        accounts, factors, _ = both
        accounts.add_session(session())
        stand(factors)

        assert [one.has_second_factor for one in accounts.list_users()] == [True, False]
        known = accounts.find_session(session().secret_sha256)
        assert known is not None
        assert known[1].has_second_factor
        accounts.update_user(user(1, name="renamed"))
        assert factors.get(ME) is not None, "a change of the account leaves it alone"

    def test_each_step_is_used_once_and_none_before_it(self, both: Both) -> None:
        _, factors, _ = both
        stand(factors)

        assert [factors.use_step(ME, step) for step in (100, 101, 101, 99, 102)] == [False, True, False, False, True]

    def test_of_many_logins_with_one_code_at_once_one_gets_in(self, both: Both) -> None:
        _, factors, _ = both
        stand(factors)
        outcomes: list[bool] = []
        start = threading.Barrier(4)

        def attempt() -> None:
            start.wait(60)
            outcomes.append(factors.use_step(ME, 500))

        threads = [threading.Thread(target=attempt) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert sorted(outcomes) == [False, False, False, True]

    def test_a_recovery_code_is_used_once_and_by_its_owner(self, both: Both) -> None:
        _, factors, log = both
        stand(factors)
        stand(factors, OTHER)
        factors.renew_recovery(OTHER, ["f" * 64], deed(2))
        used = deed(act=AccountAct.RECOVERY_CODE_USED)

        assert not factors.use_recovery(ME, "f" * 64, EPOCH, used)
        assert factors.use_recovery(ME, CODES[3], EPOCH, used)
        assert not factors.use_recovery(ME, CODES[3], EPOCH, used)
        kept = factors.get(ME)
        assert kept is not None
        assert kept.recovery_left == 9
        assert len(log.deeds(DeedFilter(act=AccountAct.RECOVERY_CODE_USED), before=None, limit=9)) == 1

    def test_new_recovery_codes_replace_all_old_ones(self, both: Both) -> None:
        _, factors, _ = both
        stand(factors)
        factors.renew_recovery(ME, ["a" * 64, "b" * 64], deed())

        kept = factors.get(ME)
        assert kept is not None
        assert kept.recovery_left == 2
        assert not factors.use_recovery(ME, CODES[0], EPOCH, deed())

    def test_taking_it_away_ends_the_logins_and_leaves_nothing(self, both: Both) -> None:
        accounts, factors, _ = both
        for number, of in ((1, 1), (2, 2)):
            accounts.add_session(session(number, of=of))
        stand(factors)

        assert factors.remove(ME, deed())
        assert not factors.remove(ME, deed())
        assert factors.get(ME) is None
        assert not factors.use_recovery(ME, CODES[0], EPOCH, deed())
        assert accounts.find_session(session(1).secret_sha256) is None
        assert accounts.find_session(session(2).secret_sha256) is not None

    def test_an_account_that_is_not_there_is_offered_nothing(self, both: Both) -> None:
        with pytest.raises(UnknownParentError):
            both[1].offer(UserId("nobody"), "sealed", EPOCH)

    def test_the_log_is_read_newest_first_by_person_act_and_time(self, both: Both) -> None:
        accounts, _, log = both
        acts = (AccountAct.USER_CHANGED, AccountAct.PASSWORD_RESET, AccountAct.USER_CHANGED)
        for number, act in enumerate(acts, 1):
            accounts.update_user(user(1, name=f"name {number}"), deed=deed(number, act=act))

        def numbers(before: int | None = None, limit: int = 9, **wanted: object) -> list[int]:
            found = log.deeds(DeedFilter(**wanted), before=before, limit=limit)  # type: ignore[arg-type]
            return [one.number for one in found]

        assert numbers() == [3, 2, 1]
        assert numbers(limit=2) == [3, 2]
        assert numbers(before=2) == [1]
        assert numbers(person=UserId("user-2")) == [2]
        assert numbers(person=UserId("user-9")) == [3, 2, 1]
        assert numbers(act=AccountAct.PASSWORD_RESET) == [2]
        assert numbers(since=EPOCH + timedelta(minutes=2), until=EPOCH + timedelta(minutes=3)) == [2]
        assert [one.number for one in log.all_deeds(1, 9)] == [2, 3]

    def test_what_was_taken_away_follows_in_the_same_chain(self, both: Both) -> None:
        accounts, _, log = both
        accounts.update_user(user(1, name="name 1"), deed=deed(1))
        taken = deed(2, act=AccountAct.EXTRACT_READ, actor_id=None, actor_name="示例银行", detail="e1 · pdf")

        log.note(taken)

        assert [one.deed for one in log.deeds(DeedFilter(act=AccountAct.EXTRACT_READ), before=None, limit=9)] == [taken]
        assert list(account_faults(log.all_deeds(0, 9))) == []

    def test_the_log_knows_the_last_login_of_each_account(self, both: Both) -> None:
        accounts, _, log = both
        assert log.last_logins() == {}
        logins = ((3, AccountAct.LOGGED_IN), (2, AccountAct.LOGGED_IN), (5, AccountAct.PASSWORD_CHANGED))
        for number, (minutes, act) in enumerate(logins):
            noted = replace(deed(number, act=act), at=EPOCH + timedelta(minutes=minutes), user_id=UserId("user-1"))
            accounts.update_user(user(1, name=f"name {number}"), deed=noted)

        assert log.last_logins() == {UserId("user-1"): EPOCH + timedelta(minutes=3)}
