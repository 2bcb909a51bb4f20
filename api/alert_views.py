"""Alerts as a caller is told them: names looked up, history, clocks, and what this caller may do next."""

from collections.abc import Iterable

from alerts.clocks import dues
from alerts.guards import open_steps
from alerts.life_parts import own_verdict
from api.callers import Caller
from api.errors import NotFoundError
from api.permissions import Permission
from api.ports import ReviewStep
from api.schemas.alerts import AlertDetail, ClockView, OwnVerdictView, Surroundings, VerdictBody
from api.services import ApiServices
from domain.alert import Alert, AlertStep
from domain.ids import AlertId, CameraId, EnterpriseId, SiteId, UserId
from domain.scope import Scope

_NEEDED = {
    AlertStep.ACKNOWLEDGED: Permission.ACKNOWLEDGE,
    AlertStep.DISPUTED: Permission.ANSWER,
    AlertStep.RECTIFIED: Permission.ANSWER,
}


class Naming:
    """Looks up the names that alerts are told with, each once per answer."""

    def __init__(self, services: ApiServices, scope: Scope) -> None:
        self._services = services
        self._scope = scope
        self._places: dict[str, str | None] = {}
        self._accounts: dict[UserId, str] = {}

    def around(self, alert: Alert, actors: Iterable[UserId | None] = ()) -> Surroundings:
        for actor in (alert.review.reviewer_id if alert.review else None, *actors):
            self._learn_account(actor)
        return Surroundings(
            entry=self._services.code(alert.violation.code),
            register=self._services.clauses,
            enterprise_name=self._enterprise(alert.enterprise_id),
            site_name=self._site(alert.site_id),
            camera_name=self._camera(alert.violation.camera_id),
            account_names=self._accounts,
        )

    def _learn_account(self, user_id: UserId | None) -> None:
        if user_id is not None and user_id not in self._accounts:
            user = self._services.accounts.get_user(user_id)
            if user is not None:
                self._accounts[user_id] = user.name

    def _enterprise(self, enterprise_id: EnterpriseId) -> str | None:
        if enterprise_id not in self._places:
            found = self._services.registry.get_enterprise(enterprise_id, self._scope)
            self._places[enterprise_id] = found.name if found else None
        return self._places[enterprise_id]

    def _site(self, site_id: SiteId) -> str | None:
        if site_id not in self._places:
            found = self._services.registry.get_site(site_id, self._scope)
            self._places[site_id] = found.name if found else None
        return self._places[site_id]

    def _camera(self, camera_id: CameraId) -> str | None:
        if camera_id not in self._places:
            found = self._services.registry.get_camera(camera_id, self._scope)
            self._places[camera_id] = found.name if found else None
        return self._places[camera_id]


def found(alert: Alert | None, alert_id: str) -> Alert:
    """The alert; raises NotFoundError for None."""
    if alert is None:
        raise NotFoundError("alert", alert_id)
    return alert


def detail_of(services: ApiServices, alert: Alert, caller: Caller) -> AlertDetail:
    """All that this caller may know of the alert."""
    history = services.journal.history(alert.alert_id)
    around = Naming(services, caller.scope).around(alert, (step.actor_id for step in history))
    return AlertDetail.told(alert, around, history, _clock(services, alert, caller))


def _clock(services: ApiServices, alert: Alert, caller: Caller) -> ClockView:
    """Times as of now, and the caller's own part."""
    desks, user = services.desks, caller.user
    terms = desks.terms.of(alert.violation.risk_class)
    own = own_verdict(alert, user.user_id) if user else None
    opened = desks.viewings.first(alert.alert_id, user.user_id) if user else None
    steps = open_steps(alert, user.user_id if user else None, terms)
    return ClockView.of(
        dues(alert, terms, desks.hours.schedule(alert.site_id)),
        now=services.now(),
        minimum_viewing_seconds=terms.minimum_viewing_seconds,
        needs_second_review=terms.needs_second_review,
        opened_at=opened,
        own_verdict=OwnVerdictView.of(own) if own else None,
        open_steps=[step for step in steps if _NEEDED.get(step, Permission.JUDGE) in caller.permissions],
    )


def stepped(services: ApiServices, step: ReviewStep, alert_id: str, body: VerdictBody, caller: Caller) -> AlertDetail:
    """Take one step of a person, and tell how the alert stands then."""
    alert = step(
        AlertId(alert_id),
        actor=caller.account.user_id,
        scope=caller.scope,
        expected_sequence=body.expected_sequence,
        reason=body.reason,
    )
    return detail_of(services, found(alert, alert_id), caller)
