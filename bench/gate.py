"""`python -m bench.gate`: what gate and idle cameras spare, and whether they cost a violation; some minutes.

Every clip is played three times by the service's own parts: the network looks at every due picture; the gate spares
looks; and the clip is also decoded by keyframes only while it is idle. Each begins with some seconds of quiet, so that
the camera sleeps when the clip begins: its first picture, or where people are in that, the same with the lights out.
The clips of the demonstration say what must
be found in them (see service/demo/clips); other clips (`--clips FOLDER`) are held against what the first pass found.
Clips play on their own clock, so alerts and looks do not depend on the machine; processor time does.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import Machine, describe
from bench.quiet_lead import with_quiet_lead
from bench.table import documented
from detector.settings import GateSettings
from domain.zone import Zone
from service.attention import PERSON
from service.demo.cameras import CLIPS, load_demo
from service.demo.trial import Rig, rigged
from service.demo.verdict import judged
from service.footage.play import PlayedClip, RaisedAlert, Stage, play
from service.footage.truth import TRUTH_NAME, read_truth
from service.settings import ServiceSettings
from streams.errors import StreamError

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "performance.md"
OUTPUT = ROOT / "bench" / "out" / "gate.json"
MARK = "gate"
SAME_SECONDS = 5.0  # an alert of the same code so near is the same one
IDLE_AFTER_SECONDS = GateSettings().idle_after_seconds  # as shipped
DARK = 0.0  # of the light, in the lead of a clip that begins with people
LEAD_SECONDS = 13.0  # of quiet before each clip: long enough to be called idle and to sleep


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to play a clip."""

    name: str
    gated: bool
    sleeps: bool


MODES = (Mode("every picture", False, False), Mode("gate", True, False), Mode("gate and keyframes", True, True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One clip in one mode. `found` of `wanted` violations; `later`: by how many seconds the latest of them came after
    the mode that looks at every picture. `extra` alerts were neither promised nor raised by that mode."""

    clip: str
    mode: str
    seconds: float
    pictures: int
    looks: int
    spared: int
    wakes: int
    cpu_ms_per_second: float
    wanted: int
    found: int
    extra: int
    later: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A clip to play. `name` of a demonstration's clip, or None where nobody says what it shows."""

    path: Path
    demo: str | None = None
    zones: tuple[Zone, ...] = ()
    light: float = 1.0  # of the lead, as a share of the clip's


def subjects(rig: Rig, folder: Path | None) -> Iterator[Subject]:
    labels = rig.setting.model.manifest.label_names
    truths = read_truth(CLIPS / TRUTH_NAME, rig.catalogue, labels)
    for camera in load_demo().cameras:
        path = camera.path()
        is_manned = any(each.label == PERSON and each.span.start == 0.0 for each in truths[path.name].shown)
        light = DARK if is_manned else 1.0
        yield Subject(path=path, demo=camera.clip, zones=camera.registered_zones, light=light)
    for path in sorted(folder.glob("*.mp4")) if folder else ():
        yield Subject(path=path)


def staged(setting: Stage, mode: Mode, idle_after_seconds: float = IDLE_AFTER_SECONDS) -> Stage:
    """The stage for one mode."""
    gate: GateSettings = setting.detector.gate.model_copy(
        update={"is_on": mode.gated, "idle_after_seconds": idle_after_seconds}
    )
    return replace(setting, detector=setting.detector.model_copy(update={"gate": gate}), sleeps=mode.sleeps)


def without_lead(played: PlayedClip, seconds: float) -> PlayedClip:
    """The same with alerts in the time of the clip behind its lead."""

    def moved(alert: RaisedAlert) -> RaisedAlert:
        return replace(alert, started=alert.started - seconds, confirmed=alert.confirmed - seconds)

    return replace(played, alerts=tuple(moved(each) for each in played.alerts))


def compared(rig: Rig, subject: Subject, *, lead_seconds: float, modes: Sequence[Mode] = MODES) -> Iterator[Played]:
    """Play a clip that has a lead in every mode, the first of which the others are held against. Raises StreamError."""
    first: PlayedClip | None = None
    for mode in modes:
        began = time.process_time()
        played = without_lead(play(subject.path, staged(rig.setting, mode), subject.zones), lead_seconds)
        spent = time.process_time() - began
        first = first or played
        yield _judged(rig, subject, mode, played=played, first=first, spent=spent)


def _judged(rig: Rig, subject: Subject, mode: Mode, *, played: PlayedClip, first: PlayedClip, spent: float) -> Played:
    pairs, extra = matched(first.alerts, played.alerts)
    wanted, found = len(first.alerts), len(pairs)
    if subject.demo is not None:
        camera = load_demo().camera(subject.demo)
        assert camera is not None
        verdict = judged(camera.promises(), played.alerts, rig.dwell)
        wanted, found, extra = len(verdict.kept) + len(verdict.broken), len(verdict.kept), len(verdict.extra)
    return Played(
        clip=subject.path.stem,
        mode=mode.name,
        seconds=played.seconds,
        pictures=played.frames,
        looks=played.looks,
        spared=played.spared,
        wakes=played.wakes,
        cpu_ms_per_second=1000 * spent / max(played.seconds, 0.001),
        wanted=wanted,
        found=found,
        extra=extra,
        later=max((after.confirmed - before.confirmed for before, after in pairs), default=0.0),
    )


def matched(
    first: Sequence[RaisedAlert], other: Sequence[RaisedAlert]
) -> tuple[list[tuple[RaisedAlert, RaisedAlert]], int]:
    """Alerts of two runs that are the same, and how many of the second have no partner."""
    left, pairs = list(other), []
    for alert in first:
        near = [
            each for each in left if each.code == alert.code and abs(each.confirmed - alert.confirmed) <= SAME_SECONDS
        ]
        if near:
            partner = min(near, key=lambda each: abs(each.confirmed - alert.confirmed))
            left.remove(partner)
            pairs.append((alert, partner))
    return pairs, len(left)


def table(found: Sequence[Played], machine: Machine) -> str:
    """Markdown."""
    headings = [
        "clip",
        "mode",
        "looks of pictures",
        "not decoded",
        "wakes",
        "CPU-ms per s",
        "found",
        "extra",
        "later s",
    ]
    rows = [headings, ["---"] * len(headings), *(_row(each) for each in found)]
    remark = (
        f"{machine.processor}, {machine.cores} cores; load {machine.load_at_start:.1f} at the start. CPU-ms are of the "
        f"whole path (decoder, gate, network at 640 pixels, attire, tracker, rules) per second of the clip; idle after "
        f"{IDLE_AFTER_SECONDS:g} s."
    )
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", remark])


def _row(each: Played) -> list[str]:
    return [
        each.clip,
        each.mode,
        f"{each.looks} of {each.pictures}",
        f"{each.spared}",
        f"{each.wakes}",
        f"{each.cpu_ms_per_second:.0f}",
        f"{each.found} of {each.wanted}",
        f"{each.extra}",
        f"{each.later:.1f}",
    ]


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--clips", type=Path, help="folder of more clips (*.mp4), beside those of the demonstration")
    parser.add_argument("--lead", type=float, default=LEAD_SECONDS, help="seconds of quiet before each clip (13)")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    given = parser.parse_args(words)
    machine, rig, found = describe(), rigged(ServiceSettings()), []
    with tempfile.TemporaryDirectory() as folder:
        for subject in subjects(rig, given.clips):
            lead, path = given.lead, Path(folder) / subject.path.name
            quiet = with_quiet_lead(subject.path, path, lead, brightness=subject.light)
            try:
                for played in compared(rig, replace(subject, path=quiet), lead_seconds=lead):
                    found.append(played)
                    sys.stdout.write(f"{' '.join(_row(played))}\n")
                    sys.stdout.flush()
            except StreamError as error:
                sys.stderr.write(f"passed over: {error}\n")
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    written = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": asdict(machine),
        "clips": [asdict(each) for each in found],
    }
    OUTPUT.write_text(json.dumps(written, indent=2), encoding="utf-8")
    shown = table(found, machine)
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), shown, MARK), encoding="utf-8")
    sys.stdout.write(f"{shown}\n")


if __name__ == "__main__":
    main()
