"""`python -m service.demo VERB`: put rendered films into the demonstration, and see whether its promises are kept."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from alerts.catalogue import load_catalogue
from alerts.errors import AlertsError
from models.errors import ModelError
from service.demo.cameras import CLIPS, DemoCamera, load_demo
from service.demo.errors import DemoError
from service.demo.install import install, require_small
from service.demo.promises import Promise
from service.demo.trial import Trial, rigged
from service.logging import LogFormat, configure_logging
from service.settings import load_settings
from streams.errors import StreamError


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except (AlertsError, DemoError, ModelError, StreamError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _install(given: argparse.Namespace) -> int:
    for clip in install(given.films, load_demo(), load_catalogue(), given.clips):
        _say(f"installed {clip}")
    _say(f"all clips together: {require_small(given.clips) / 1e6:.1f} MB")
    return 0


def _promises(given: argparse.Namespace) -> int:
    for camera in load_demo().cameras:
        promises = camera.promises(given.clips)
        _say(f"{camera.shown_name}: {camera.path(given.clips).name}, {promises.length_seconds:g} s")
        for each in promises.raised:
            _say(f"  raises    {_words(each)}{'' if each.is_due_today else f': not kept yet, needs {each.needs}'}")
        for each in promises.denied:
            _say(f"  raises no {_words(each)}: {each.because}")
    return 0


def _try(given: argparse.Namespace) -> int:
    """0 if every promise that is due today is kept and nothing else was raised."""
    configure_logging(LogFormat.AUTO, "WARNING")
    demo, is_kept = load_demo(), True
    known = [camera.clip for camera in demo.cameras]
    for name in given.names:
        if name not in known:
            raise DemoError(given.clips, field="clip", expected=f"one of {', '.join(known)}", found=name)
    rig = rigged(load_settings())
    for camera in demo.cameras:
        if given.names and camera.clip not in given.names:
            continue
        trial = rig.tried(camera, given.clips, passes=given.passes)
        is_kept = is_kept and trial.verdict.is_kept
        for line in _lines(camera, trial):
            _say(line)
    return 0 if is_kept else 1


def _lines(camera: DemoCamera, trial: Trial) -> Iterator[str]:
    verdict, played = trial.verdict, trial.played
    yield f"{camera.clip}: {played.seconds:.1f} s, {played.looks} looks at {played.frames} pictures"
    for each in verdict.kept:
        times = f"began {each.alert.started:.1f} s, raised {each.alert.confirmed:.1f} s"
        yield f"  kept      {_words(each.promise)}: {times}"
    yield from (f"  BROKEN    {_words(each)}" for each in verdict.broken)
    yield from (f"  not yet   {_words(each)}, needs {each.needs}" for each in verdict.not_yet)
    yield from (f"  repeated  {each.code} at {each.confirmed:.1f} s" for each in verdict.repeated)
    for alert, reasons in verdict.extra:
        times = f"began {alert.started:.1f} s, raised {alert.confirmed:.1f} s"
        yield f"  EXTRA     {alert.code} {times} {'; '.join(reasons)}".rstrip()


def _words(promise: Promise) -> str:
    return f"{promise.code} ({promise.who}, {promise.begins:g} s to {promise.ends:g} s)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m service.demo", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    put = verbs.add_parser("install", help="copy clips and promises of film folders of models.synth into the package")
    put.add_argument("films", nargs="+", type=Path, help="folders with NAME.mp4, expected.json and truth/")
    put.set_defaults(run=_install)
    said = verbs.add_parser("promises", help="what the clips promise to raise and not to raise")
    said.set_defaults(run=_promises)
    again = verbs.add_parser("try", help="play clips in their own time and say which promises are kept")
    again.add_argument("names", nargs="*", help="default: all")
    again.add_argument("--passes", type=int, default=2, help="how often each clip is played without a break")
    again.set_defaults(run=_try)
    for each in (put, said, again):
        each.add_argument("--clips", type=Path, default=CLIPS, help="folder of the clips; default: the package's")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
