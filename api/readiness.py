"""Whether everything that the service needs answers: a loop over probes."""

import anyio
import structlog
from anyio import CapacityLimiter, to_thread

from api.ports import HealthProbe
from api.services import ApiServices

PROBE_SECONDS = 3.0
KEPT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Readiness:
    """Asks all probes at once and keeps the answer for a second: whoever asks in a loop does not reach the database.

    Event loop; the probes run on threads of their own limiter.
    """

    def __init__(self, services: ApiServices) -> None:
        self._services = services
        self._limiter = CapacityLimiter(8)
        self._lock = anyio.Lock()
        self._asked_at = float("-inf")
        self._faults: dict[str, str | None] = {}

    async def probes(self) -> dict[str, str]:
        """`ok` or `failed` by name; what is wrong goes to the log."""
        async with self._lock:
            if anyio.current_time() - self._asked_at >= KEPT_SECONDS:
                await self._ask()
                self._asked_at = anyio.current_time()
            return {name: "failed" if fault else "ok" for name, fault in self._faults.items()}

    async def _ask(self) -> None:
        faults: dict[str, str | None] = {}
        async with anyio.create_task_group() as group:
            for probe in self._services.probes:
                group.start_soon(self._ask_one, probe, faults)
        for name, fault in faults.items():
            if fault != self._faults.get(name):
                log.info("probe_recovered" if fault is None else "probe_failed", probe=name, fault=fault)
        self._faults = faults

    async def _ask_one(self, probe: HealthProbe, faults: dict[str, str | None]) -> None:
        """A probe that hangs is left alone after a while and counts as failed."""
        faults[probe.name] = f"no answer within {PROBE_SECONDS:.0f} s"
        with anyio.move_on_after(PROBE_SECONDS):
            try:
                faults[probe.name] = await to_thread.run_sync(probe.ping, limiter=self._limiter, abandon_on_cancel=True)
            except Exception as error:  # noqa: BLE001 - a probe that breaks is a failed probe, not a failed page
                faults[probe.name] = type(error).__name__
