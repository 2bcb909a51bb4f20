"""Machines of a cluster as their users run them: processes by the command line, killed with all their children."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Self

import psutil
from ray.util import get_node_ip_address

from tests.acceptance.service_process import ServiceProcess
from tests.support.mqtt import free_port
from tests.support.shared import REPOSITORY

# Ray's own processes need their time to come up, above all on a busy machine.
CLUSTER_START_SECONDS = 240.0


class ClusterAddress:
    """Where the head's Ray of one test listens, and the settings of all its machines."""

    def __init__(self, **environment: str) -> None:
        self.host: str = get_node_ip_address()  # type: ignore[no-untyped-call]
        self.port = free_port()
        self.environment = {
            "BRIGHTKITCHEN_CLUSTER__HOST": self.host,
            "BRIGHTKITCHEN_CLUSTER__PORT": str(self.port),
            "BRIGHTKITCHEN_CLUSTER__TOKEN": secrets.token_hex(32),
            "BRIGHTKITCHEN_CLUSTER__CORES": "1",
            # Ray's workers are started elsewhere and must find the code of this checkout.
            "PYTHONPATH": str(REPOSITORY),
            **environment,
        }


class HeadProcess(ServiceProcess):
    """`brightkitchen cluster start`."""

    start_seconds = CLUSTER_START_SECONDS

    def __init__(self, data: Path, address: ClusterAddress) -> None:
        super().__init__(data, verb=("cluster", "start"), **address.environment)

    def kill(self) -> None:
        children = _family(self.pid)
        super().kill()
        _kill(children)
        log = self.data / "ray.log"
        if log.exists():  # who is killed cannot clear up after itself
            for folder in set(re.findall(r"/\S*/bk-ray-[A-Za-z0-9_]+", log.read_text(encoding="utf-8"))):
                shutil.rmtree(folder, ignore_errors=True)


class MemberProcess:
    """`brightkitchen cluster start --join`."""

    def __init__(self, data: Path, address: ClusterAddress) -> None:
        self.data = data
        self._log = data.with_suffix(".log").open("wb")
        command = [sys.executable, "-m", "service.cli", "cluster", "start", "--data", str(data)]
        self._process = subprocess.Popen(
            [*command, "--join", f"{address.host}:{address.port}"],
            cwd=REPOSITORY,
            env={**os.environ, "BRIGHTKITCHEN_LOG_FORMAT": "json", **address.environment},
            stdout=self._log,
            stderr=self._log,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()
        self._log.close()

    def kill(self) -> None:
        """`kill -9` for the whole machine: Ray, its workers, ours."""
        _kill(_family(self._process.pid))
        self._process.wait(20)


def _family(process_id: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(process_id)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=20)
