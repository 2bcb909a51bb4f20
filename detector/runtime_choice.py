"""Which runtime a network runs on: the one that was asked for, or the fastest one on this machine.

Which is faster differs from processor to processor and from network to network (int8 or not, SiLU or ReLU), so it is
tried out rather than known. The trial costs a second or two at the start of the service.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import structlog

from detector.errors import DetectorError, RuntimeMissingError
from detector.letterbox import Letterbox
from detector.ports import NetworkSession
from detector.sessions import Runtime, open_session
from detector.settings import DetectorSettings, RuntimeChoice
from detector.shared_session import SharedSession
from domain.geometry import FloatArray
from models.errors import ModelError
from models.manifest import RuntimeFormat
from models.registry import LoadedModel

log = structlog.get_logger(__name__)

LOOKS = 5
_PICTURE = (1280, 720)  # pixels; the shape that most cameras send

Opener = Callable[[Runtime], NetworkSession]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`seconds` is the least time of a look by runtime; `refused` says why a runtime has none."""

    runtime: Runtime
    seconds: Mapping[Runtime, float]
    refused: Mapping[Runtime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpener:
    """Opens a session for each inference thread, always on one runtime. Any thread; raises as `open_session` does.

    ONNX Runtime on the processor takes looks of several threads at once: there all share one session.
    """

    model: LoadedModel
    runtime: Runtime
    settings: DetectorSettings
    engine_cache: Path | None = None
    shared: SharedSession = field(default_factory=SharedSession, repr=False, compare=False)

    def __call__(self) -> NetworkSession:
        is_shared = self.runtime is Runtime.ONNXRUNTIME and self.model.manifest.format is RuntimeFormat.ONNX
        return self.shared.get(self._opened) if is_shared else self._opened()

    def _opened(self) -> NetworkSession:
        return open_session(
            self.model,
            self.runtime,
            half_precision=self.settings.half_precision,
            device_id=self.settings.device_id,
            engine_cache=self.engine_cache,
        )


def session_opener(
    model: LoadedModel, settings: DetectorSettings, *, engine_cache: Path | None = None
) -> SessionOpener:
    """What opens sessions as the settings say; `auto` is decided once, here. Raises as `choose_runtime` does.

    `engine_cache` is the folder in which TensorRT keeps what it compiled.
    """
    runtime = choose_runtime(model, settings, engine_cache=engine_cache)
    return SessionOpener(model=model, runtime=runtime, settings=settings, engine_cache=engine_cache)


def candidates(accelerators: Sequence[str] | None = None) -> tuple[Runtime, ...]:
    """What `auto` tries: both that use the processor, and accelerators that the installed libraries know."""
    if accelerators is None:
        from detector.runtimes.onnxruntime import available_accelerators

        accelerators = available_accelerators()
    return (Runtime.ONNXRUNTIME, Runtime.OPENVINO, *(Runtime(str(each)) for each in accelerators))


def choose_runtime(
    model: LoadedModel,
    settings: DetectorSettings,
    *,
    engine_cache: Path | None = None,
    opener: Opener | None = None,
    clock: Callable[[], float] = time.perf_counter,
    runtimes: Sequence[Runtime] | None = None,
) -> Runtime:
    """The runtime for `open_session`. Only `auto` opens anything, and says in the log what it measured.

    Raises ModelError where ONNX Runtime cannot open the network either. What stands after `engine_cache` is for tests.
    """
    if model.manifest.format is not RuntimeFormat.ONNX:
        return Runtime.ONNXRUNTIME  # not asked: a checkpoint runs on the one that it was made with
    if settings.runtime is not RuntimeChoice.AUTO:
        return Runtime(settings.runtime.value)

    def opened(runtime: Runtime) -> NetworkSession:
        return SessionOpener(model=model, runtime=runtime, settings=settings, engine_cache=engine_cache)()

    letterbox = Letterbox.for_network(*_PICTURE, model.manifest.input, settings.longest_side_px)
    blank = np.zeros((1, 3, letterbox.canvas_height, letterbox.canvas_width), dtype=np.float32)
    verdict = try_out(opener or opened, blank, clock, runtimes=runtimes or candidates())
    milliseconds = {f"{runtime}_ms": round(1000 * seconds, 2) for runtime, seconds in verdict.seconds.items()}
    reasons = {f"without_{runtime}": reason for runtime, reason in verdict.refused.items()}
    log.info("runtime_chosen", model=model.manifest.name, runtime=str(verdict.runtime), **milliseconds, **reasons)
    return verdict.runtime


def try_out(
    opener: Opener,
    blank: FloatArray,
    clock: Callable[[], float] = time.perf_counter,
    *,
    runtimes: Sequence[Runtime] = (Runtime.ONNXRUNTIME, Runtime.OPENVINO),
) -> Verdict:
    """Look at a blank picture with every runtime in turn and name the fastest.

    The least of several looks counts: whatever else the machine does only ever adds time. ONNX Runtime is always
    there; if it fails its error is raised, while another runtime that fails is left out.
    """
    refused: dict[Runtime, str] = {}
    sessions: dict[Runtime, NetworkSession] = {}
    for runtime in runtimes:
        try:
            session = opener(runtime)
            session.infer(blank)  # the first look prepares buffers, and with OpenVINO compiles
        except (ModelError, DetectorError) as error:
            if runtime is Runtime.ONNXRUNTIME:
                raise
            refused[runtime] = "not installed" if isinstance(error, RuntimeMissingError) else str(error)
        else:
            sessions[runtime] = session
    looks = [{runtime: _seconds(session, blank, clock) for runtime, session in sessions.items()} for _ in range(LOOKS)]
    least = {runtime: min(look[runtime] for look in looks) for runtime in sessions}
    return Verdict(runtime=min(least, key=lambda runtime: least[runtime]), seconds=least, refused=refused)


def _seconds(session: NetworkSession, blank: FloatArray, clock: Callable[[], float]) -> float:
    began = clock()
    session.infer(blank)
    return clock() - began
