"""Licences of the service: read from the registry, judged by their desk on a thread of its own."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from alerts.catalogue import Catalogue
from alerts.errors import JournalError
from alerts.licences.desk import LicenceDesk
from alerts.licences.ports import Licence
from alerts.ports import AlertJournal
from alerts.recorder import Recorder
from credit.ports import Registry
from domain.ids import EnterpriseId
from domain.scope import Scope

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 60.0
_STOP_SECONDS = 5.0


class RegistryLicences:
    """Implements alerts.licences.ports.LicenceBook. Any thread.

    The bearer is the first camera by id that is watched by this installation: which process watches it does not matter,
    so several processes agree. A camera that a node watches bears nothing here.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def licence(self, enterprise_id: EnterpriseId) -> Licence | None:
        enterprise = self._registry.get_enterprise(enterprise_id, Scope.everything())
        if enterprise is None:
            return None
        found = self._registry.list_cameras(Scope(enterprise_ids=frozenset({enterprise_id})))
        own = sorted((each for each in found if each.node_id is None), key=lambda each: each.camera_id)
        return Licence(
            number=enterprise.licence_no,
            valid_to=enterprise.licence_valid_to,
            cameras=tuple(each.camera_id for each in own),
            bearer=next((each.camera_id for each in own if each.is_watched), None),
        )


class LicenceWatch:
    """Lets the desk look once a minute, and soon after `wake`. `start` once; `wake` and `stop` from any thread."""

    def __init__(self, desk: LicenceDesk, *, look_seconds: float = _LOOK_SECONDS) -> None:
        self.desk = desk
        self._look_seconds = look_seconds
        self._is_failing = False
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="licence-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something is another way now: look at once."""
        self._woken.set()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self.desk.look()
            except JournalError as error:
                if not self._is_failing:
                    log.warning("licences_not_looked_at", reason=error.reason)
                self._is_failing = True
            except Exception:  # a supervisor: without this thread nobody hears that a licence is over
                log.exception("licence_watch_stumbled")
            else:
                self._is_failing = False
            self._woken.wait(self._look_seconds)


def licences_of(
    registry: Registry,
    *,
    catalogue: Catalogue,
    journal: AlertJournal,
    recorder: Recorder,
    new_id: Callable[[], str],
    now: Callable[[], datetime],
) -> LicenceWatch:
    desk = LicenceDesk(
        RegistryLicences(registry), catalogue=catalogue, journal=journal, recorder=recorder, new_id=new_id, now=now
    )
    return LicenceWatch(desk)
