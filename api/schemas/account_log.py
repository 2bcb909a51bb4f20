"""Entries of the log of accounts as they travel. No entry holds a secret."""

from datetime import datetime
from typing import Self

from api.account_log import AccountAct, AccountEntry
from api.fields import Page, Shown


class AccountEntryView(Shown):
    """`actor_id` null: at the machine itself, by the command line. `digest` chains the entry to the one before it."""

    number: int
    at: datetime
    act: AccountAct
    actor_id: str | None
    actor_name: str
    user_id: str
    user_name: str
    detail: str
    digest: str

    @classmethod
    def of(cls, entry: AccountEntry) -> Self:
        deed = entry.deed
        return cls(
            number=entry.number,
            at=deed.at,
            act=deed.act,
            actor_id=deed.actor_id,
            actor_name=deed.actor_name,
            user_id=deed.user_id,
            user_name=deed.user_name,
            detail=deed.detail,
            digest=entry.digest,
        )


class AccountLogPage(Page):
    items: list[AccountEntryView]
