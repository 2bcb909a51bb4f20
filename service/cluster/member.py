"""A further machine: Ray's processes, which start groups here when the head asks for them."""

import signal
import threading
from contextlib import ExitStack

import structlog

from service.cluster.group import shared_settings
from service.cluster.nodes import RayNode
from service.folder import DataFolder
from service.settings import ServiceSettings

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.5
_MOST_STARTS = 4


def run_member(settings: ServiceSettings, head: str) -> None:
    """Run until SIGINT or SIGTERM, or until Ray gives up because the head is gone. Blocks the main thread.

    Raises RayNodeError where Ray ends by itself: the service manager starts the machine again.
    """
    settings = shared_settings(settings)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with ExitStack() as stack:
        folder = stack.enter_context(DataFolder(settings.data))
        node = RayNode(settings.cluster, folder.path, head=head)
        stack.callback(node.stop)
        node.start()
        log.info("member_started", head=head, data=str(settings.data))
        starts = 1
        while not stopping.wait(_LOOK_SECONDS):
            if node.ended() and starts < _MOST_STARTS:
                starts += 1
                log.warning("ray_start_repeated")  # on a busy machine it gives up after half a minute
                node.start()
            node.require_life()
        log.info("member_stopping")
