"""Machines and processes by Ray: the only file that imports it.

Ray starts the processes, restarts them when they die, and carries pictures to the pages. Who may judge a camera is not
left to it: that is a lease in the database. Settings and secrets are read by each machine from its own environment.
`service.cluster.ray_environment` must be in the environment before this is imported.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import ray
import structlog
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from domain.frame import Pixels
from domain.ids import CameraId
from service.cluster.errors import RayNodeError
from service.cluster.group import GroupProcess
from service.cluster.settings import ClusterSettings
from service.logging import configure_logging
from service.settings import load_settings

log = structlog.get_logger(__name__)

NAMESPACE = "brightkitchen"
_START_SECONDS = 240.0
_STOP_SECONDS = 40.0
_PICTURE_SECONDS = 2.0
_HAND_OVER_SECONDS = 20.0
# A machine that is silent for some seconds is dead for Ray; cameras go by their leases. Ray would run its workers at a
# low priority, and on a busy machine they would not even start.
_HEAD_SETTINGS = (
    '{"health_check_initial_delay_ms":2000,"health_check_period_ms":1000,'
    '"health_check_timeout_ms":5000,"health_check_failure_threshold":5,"worker_niceness":0}'
)


class RayNode:
    """Ray's processes of this machine, started as children and ended with `stop`. A head, or joined to one."""

    def __init__(self, settings: ClusterSettings, data: Path, *, head: str | None = None) -> None:
        """`head` is the address host:port of the head to join; None: be the head. Starts nothing yet."""
        self._settings = settings
        self._head = head
        self._data = data.resolve()
        self._log_file = self._data / "ray.log"
        self._number_file = self._data / "ray.pid"
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary: str | None = None

    @property
    def address(self) -> str:
        return self._head or f"{self._settings.host}:{self._settings.port}"

    def start(self) -> None:
        """Begin to start; `require_life` and RayGroups.connect tell whether it came to something.

        A head that was killed left Ray running, and the groups with it: they are taken up again.
        """
        if self._head is None and _answers(self._settings.host, self._settings.port):
            log.info("ray_taken_up", address=self.address)
            return
        with self._log_file.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
                self._command(),
                env={**os.environ, "BRIGHTKITCHEN_DATA": str(self._data)},
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C is for us: we hand the cameras over first
            )
        self._number_file.write_text(f"{self._process.pid}\n")

    def ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def require_life(self) -> None:
        """Raises RayNodeError."""
        if self.ended():
            assert self._process is not None
            raise RayNodeError(f"it ended with {self._process.returncode}", self._log_file)

    def stop(self) -> None:
        """End Ray's processes of this machine, also those that were taken up. Idempotent."""
        process, self._process = self._process, None
        if process is None:
            _end(self._number_file)
        else:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("ray_left_behind", process_id=process.pid)
        self._number_file.unlink(missing_ok=True)
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _command(self) -> list[str]:
        settings = self._settings
        cores = _cores(settings)
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats"]
        command += [f"--node-ip-address={settings.host}", f"--num-cpus={cores}", "--num-gpus=0"]
        command += [f"--object-store-memory={settings.object_store_bytes}"]
        if self._head is not None:
            return [*command, f"--address={self._head}"]
        # Ray's sockets need short paths, so it cannot be the data folder.
        self._temporary = self._temporary or tempfile.mkdtemp(prefix="bk-ray-")
        return [
            *command,
            "--head",
            f"--port={settings.port}",
            "--include-dashboard=false",
            f"--temp-dir={self._temporary}",
            f"--system-config={_HEAD_SETTINGS}",
        ]


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0


def _end(number_file: Path) -> None:
    """End the Ray that an earlier process of ours left behind, if the number still means that one."""
    try:
        number = int(number_file.read_text())
        if b"ray.scripts" in Path(f"/proc/{number}/cmdline").read_bytes():
            os.kill(number, signal.SIGTERM)
    except (OSError, ValueError):
        return


def _cores(settings: ClusterSettings) -> int:
    return len(os.sched_getaffinity(0)) if settings.cores is None else settings.cores


class RayGroups:
    """Implements service.cluster.ports.NodeActors and PictureSource over a running Ray."""

    def __init__(self, node: RayNode, settings: ClusterSettings) -> None:
        self._node = node
        self._settings = settings
        self._lock = threading.Lock()
        self._actors: dict[str, Any] = {}

    def connect(self) -> None:
        """Wait for Ray and connect to it. Raises RayNodeError."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            if self._node.ended() and time.monotonic() < deadline:
                log.warning("ray_start_repeated")  # on a busy machine it gives up after half a minute
                self._node.start()
            self._node.require_life()
            try:
                ray.init(
                    address=self._node.address,
                    namespace=NAMESPACE,
                    log_to_driver=False,
                    configure_logging=False,
                    _node_ip_address=self._settings.host,
                )
            except (ConnectionError, ValueError, RuntimeError) as error:
                if time.monotonic() > deadline:
                    raise RayNodeError(str(error), Path("ray.log")) from error
                time.sleep(0.5)
            else:
                return

    def close(self) -> None:
        """Ask every group to hand its cameras over, wait for that, and disconnect."""
        with self._lock:
            actors = list(self._actors.values())
            self._actors.clear()
        try:
            if actors:
                ray.wait([actor.stop.remote() for actor in actors], num_returns=len(actors), timeout=_HAND_OVER_SECONDS)
        finally:
            ray.shutdown()

    def ensure(self) -> None:
        living = _living()
        self._forget_all_but({node_name(node) for node in living})
        for node in living:
            name = node_name(node)
            cores = round(node["Resources"].get("CPU", 0))
            for number, capacity_ms in enumerate(self._settings.group_capacities(cores)):
                self._ensure(f"{name}-{number}", name, node["NodeID"], capacity_ms)

    def living_nodes(self) -> list[str]:
        return sorted(node_name(node) for node in _living())

    def pixels(self, group_id: str, camera_id: CameraId, width: int, height: int) -> Pixels | None:
        with self._lock:
            actor = self._actors.get(group_id)
        if actor is None:
            return None
        try:
            found = ray.get(actor.pixels.remote(camera_id, width, height), timeout=_PICTURE_SECONDS)
            return cast("Pixels | None", found)
        except Exception as error:  # noqa: BLE001 - whatever is wrong over there, there is no picture
            log.info("picture_not_fetched", camera_id=camera_id, group_id=group_id, error=type(error).__name__)
            return None

    def _forget_all_but(self, nodes: set[str]) -> None:
        with self._lock:
            self._actors = {group: actor for group, actor in self._actors.items() if group.rpartition("-")[0] in nodes}

    def _ensure(self, group_id: str, node: str, node_id: str, capacity_ms: int) -> None:
        with self._lock:
            if group_id in self._actors:
                return
        actor = _GroupActor.options(
            name=group_id,
            get_if_exists=True,
            lifetime="detached",  # it outlives this process: cameras are watched while the head restarts
            max_restarts=-1,
            max_concurrency=8,
            num_cpus=0,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node_id, soft=False),
        ).remote(group_id, node, capacity_ms)
        with self._lock:
            self._actors[group_id] = actor
        log.info("group_wanted", group_id=group_id, node=node, capacity_ms=capacity_ms)


def _living() -> list[Mapping[str, Any]]:
    known: Any = ray  # the call has no types
    return [node for node in known.nodes() if node["Alive"]]


def node_name(node: Mapping[str, Any]) -> str:
    """Unique even where several nodes run on one machine: its host name, and the start of Ray's random id."""
    host = "".join(letter if letter.isalnum() else "-" for letter in node["NodeManagerHostname"])[:32]
    return f"{host}-{node['NodeID'][:8]}"


class _Group:
    """The actor around a group's process. A process that cannot start is ended, and Ray starts it again."""

    def __init__(self, group_id: str, node: str, capacity_ms: int) -> None:
        settings = load_settings()
        configure_logging(settings.log_format, settings.log_level)
        try:
            self._group = GroupProcess(settings, group_id=group_id, node=node, capacity_ms=capacity_ms)
        except Exception:
            log.exception("group_not_started", group_id=group_id)
            time.sleep(5.0)  # the database or the broker may be away: not at full speed
            os._exit(1)

    def pixels(self, camera_id: CameraId, width: int, height: int) -> Pixels | None:
        return self._group.pixels(camera_id, width, height)

    def stop(self) -> None:
        self._group.stop()


_GroupActor: Any = ray.remote(_Group)
