"""Numbers of rules tried on what a camera saw: in the background, and nothing that is in service is touched."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from alerts.ports import AlertFilter
from alerts.presence import PresenceRule
from alerts.replay.trial import TrialOrder
from alerts.replay.trial_desk import LogSpan, Trial, TrialDesk, TrialsFullError
from alerts.replay.trial_profile import profile_text
from api.dependencies import Services, Tuner
from api.errors import BusyError, FieldError, NotFoundError
from api.fields import GivenReason, PathId
from api.routers.cameras import camera_in_scope
from api.schemas.trials import Known, LogSpanView, TrialBody, TrialDetail, TrialPage, TrialView, TriedCodeBody
from api.services import ApiServices
from domain.alert import Alert, AlertState
from domain.ids import CameraId
from domain.scope import Scope

router = APIRouter(tags=["rules"])

MOST_COMPARED = 1000  # alerts of the period that a trial is compared with; the newest
YAML: dict[int | str, dict[str, Any]] = {200: {"content": {"application/yaml": {}}, "description": "A profile."}}
_NOTHING = LogSpan(is_on=False, begins_at=None, ends_at=None, size_bytes=0, thresholds={})


@router.get("/trials/log")
def read_log_span(_: Tuner, services: Services) -> LogSpanView:
    """From when until when looks were kept on this machine, and by which least confidences."""
    desk = services.rules.trials
    return LogSpanView.of(desk.span() if desk else _NOTHING, services.rules.longest_trial_days)


@router.get("/trials")
def list_trials(caller: Tuner, services: Services) -> TrialPage:
    """Those of cameras inside one's scope since the service began, newest first. At most 40 are kept."""
    desk = services.rules.trials
    trials = [trial for trial in (desk.list() if desk else ()) if _is_in_scope(services, trial, caller.scope)]
    return TrialPage(items=[TrialView.of(trial) for trial in trials])


@router.post("/trials", status_code=202)
def order_trial(body: TrialBody, response: Response, caller: Tuner, services: Services) -> TrialView:
    """Judge a period of one camera twice, by today's numbers and by these. Follow it at its address.

    One trial runs at a time, at the lowest priority; 429 where as many wait as may. Nothing in service changes.
    """
    camera = camera_in_scope(services, body.camera_id, caller.scope)
    order = _order(body, CameraId(camera.camera_id), services)
    try:
        trial = _desk(services).order(order, by=caller.account.user_id, by_name=caller.account.name)
    except TrialsFullError as error:
        raise BusyError(str(error)) from error
    response.headers["Location"] = f"/api/v1/trials/{trial.trial_id}"
    return TrialView.of(trial)


@router.get("/trials/{trial_id}")
def read_trial(trial_id: PathId, caller: Tuner, services: Services) -> TrialDetail:
    """How far it is; when it is done, what both settings would have raised, with what people made of real alerts."""
    trial = _trial(services, trial_id, caller.scope)
    return TrialDetail.told(trial, _known(services, trial, caller.scope) if trial.outcome else ())


@router.post("/trials/{trial_id}/cancel")
def cancel_trial(trial_id: PathId, caller: Tuner, services: Services) -> TrialView:
    """Give it up. One that is over stays as it is."""
    _trial(services, trial_id, caller.scope)
    trial = _desk(services).cancel(trial_id, by_name=caller.account.name)
    if trial is None:
        raise NotFoundError("trial", trial_id)
    return TrialView.of(trial)


@router.get("/trials/{trial_id}/profile.yaml", response_class=Response, responses=YAML)
def read_trial_profile(
    trial_id: PathId,
    because: Annotated[GivenReason, Query(description="why these numbers; it stands with each of them from then on")],
    name: Annotated[str, Query(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="name of the profile and its file")],
    caller: Tuner,
    services: Services,
) -> Response:
    """The tried seconds as a profile over the one in service, for the catalogue's folder. It changes nothing here."""
    trial = _trial(services, trial_id, caller.scope)
    if name in services.rules.folder.profiles:
        raise FieldError("query.name", "a name that no profile of the catalogue has", name)
    text = profile_text(trial.order, name=name, because=because, catalogue=services.rules.catalogue)
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


def _desk(services: ApiServices) -> TrialDesk:
    """Raises NotFoundError where there cannot be a log."""
    if services.rules.trials is None:
        raise NotFoundError("detection log", "of this machine")
    return services.rules.trials


def _trial(services: ApiServices, trial_id: str, scope: Scope) -> Trial:
    """Raises NotFoundError also where its camera lies outside the scope."""
    trial = _desk(services).get(trial_id)
    if trial is None or not _is_in_scope(services, trial, scope):
        raise NotFoundError("trial", trial_id)
    return trial


def _is_in_scope(services: ApiServices, trial: Trial, scope: Scope) -> bool:
    return services.registry.get_camera(trial.order.camera_id, scope) is not None


def _order(body: TrialBody, camera_id: CameraId, services: ApiServices) -> TrialOrder:
    begins_at, ends_at = body.begins_at.astimezone(UTC), body.ends_at.astimezone(UTC)
    longest = services.rules.longest_trial_days
    if not timedelta(0) < ends_at - begins_at <= timedelta(days=longest):
        raise FieldError("body.ends_at", f"a moment at most {longest} days after begins_at", body.ends_at.isoformat())
    codes = {each.code: _seconds(each, services) for each in body.codes}
    thresholds = {each.label: each.confidence for each in body.thresholds}
    if len(codes) < len(body.codes) or len(thresholds) < len(body.thresholds):
        raise FieldError("body", "each code and each label once", "one twice")
    if not (codes or thresholds):
        raise FieldError("body.codes", "at least one number that differs from today's", "none")
    _require_known(thresholds, services)
    return TrialOrder(camera_id=camera_id, begins_at=begins_at, ends_at=ends_at, codes=codes, thresholds=thresholds)


def _seconds(body: TriedCodeBody, services: ApiServices) -> Mapping[str, float]:
    """Raises FieldError for a code that no picture tells, and for one without a number."""
    entry = services.rules.catalogue.get(body.code)
    if entry is None or not any(isinstance(rule, PresenceRule) for rule in (entry.rule, entry.taught_rule)):
        raise FieldError("body.codes.code", "a code with a rule over pictures", body.code)
    given = {"minimum_seconds": body.minimum_seconds, "cool_down_seconds": body.cool_down_seconds}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise FieldError("body.codes", f"minimum_seconds or cool_down_seconds of {body.code}", "neither")
    return values


def _require_known(thresholds: Mapping[str, float], services: ApiServices) -> None:
    """What the log does not hold cannot be tried. Raises FieldError."""
    kept = _desk(services).span().thresholds
    for label, confidence in thresholds.items():
        if kept and label not in kept:
            raise FieldError("body.thresholds.label", f"a label of the log: {', '.join(sorted(kept))}", label)
        least = kept.get(label, 0.0)
        if confidence < least:
            expected = f"at least {least:g}, with which the log was written"
            raise FieldError("body.thresholds.confidence", expected, f"{confidence:g}")


def _known(services: ApiServices, trial: Trial, scope: Scope) -> list[Known]:
    """The alerts that the service raised on the camera around that time."""
    order = trial.order
    day = timedelta(days=1)  # a site's own day may begin half a day before or after that of UTC
    wanted = AlertFilter(
        camera_id=order.camera_id, day_from=(order.begins_at - day).date(), day_to=(order.ends_at + day).date()
    )
    return [_compared(alert) for alert in services.journal.search(wanted, scope, None, MOST_COMPARED)]


def _compared(alert: Alert) -> Known:
    review = alert.review if alert.state is not AlertState.DISPUTED else None
    return Known(
        alert_id=alert.alert_id,
        code=alert.violation.code,
        verdict=review.state.value if review else None,
        started_at=alert.violation.started_at,
        last_seen_at=alert.violation.ended_at or alert.violation.last_seen_at,
    )
