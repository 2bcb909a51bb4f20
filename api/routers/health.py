"""Whether the process breathes, whether what it needs answers, and its figures."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.dependencies import MetricsReader, PartsOf
from api.fields import Shown

router = APIRouter(tags=["health"])


class HealthView(Shown):
    status: str


class ReadyView(Shown):
    """`ok` or `failed`, for each part by name; what is wrong stands in the log, not here: this page is open."""

    status: str
    probes: dict[str, str]


@router.get("/healthz")
async def breathe() -> HealthView:
    """The process breathes."""
    return HealthView(status="ok")


@router.get("/readyz")
async def ready(response: Response, parts: PartsOf) -> ReadyView:
    """503 while anything that the service needs does not answer."""
    probes = await parts.readiness.probes()
    is_ready = all(answer == "ok" for answer in probes.values())
    response.status_code = 200 if is_ready else 503
    return ReadyView(status="ok" if is_ready else "failed", probes=probes)


@router.get("/metrics", response_class=Response)
def metrics(_: MetricsReader) -> Response:
    """All figures of the process, in the text form of Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
