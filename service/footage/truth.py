"""What clips really show: a YAML file that a person wrote, `clips.yaml` beside the clips or named on the command line.

    tolerance_seconds: 2
    clips:
      - file: cellar.mp4
        zone: special_room          # the whole picture is such a zone; default: no zone
        not_known: [person]         # labels that do not count in this clip
        shows:
          - {label: rodent, from: 12, to: 20.5}
          - {code: mask.general}    # without times: all the time

A label brings the codes that it raises, a code brings its labels. Whatever is not named is not there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.catalogue import Catalogue
from alerts.errors import AlertsError
from alerts.marked_yaml import Marked, read_marked
from domain.zone import ZoneType

TRUTH_NAME = "clips.yaml"
TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a clip in seconds from its first picture; `end` may be infinite."""

    start: float
    end: float

    def widened(self, seconds: float) -> "Span":
        return Span(start=self.start - seconds, end=self.end + seconds)

    def meets(self, start: float, end: float) -> bool:
        return self.start <= end and start <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Something that is really there; one of `label` and `code` is set."""

    span: Span
    label: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipTruth:
    """All that is known of one clip."""

    shown: tuple[Shown, ...] = ()
    not_known: frozenset[str] = frozenset()
    zone: ZoneType | None = None
    tolerance_seconds: float = TOLERANCE_SECONDS

    def of_label(self, label: str, catalogue: Catalogue) -> list[Span]:
        """When a label is really there, by itself or by a code that it raises."""
        return [s.span for s in self.shown if s.label == label or label in _labels(s.code, catalogue)]

    def of_code(self, code: str, catalogue: Catalogue) -> list[Span]:
        """When a code is really broken, by itself or by a label that raises it."""
        return [s.span for s in self.shown if s.code == code or s.label in _labels(code, catalogue)]

    def is_known(self, code: str, catalogue: Catalogue) -> bool:
        """Whether nothing that raises the code is among `not_known`."""
        return not self.not_known & _labels(code, catalogue)


NOTHING_SHOWN = ClipTruth()


def _labels(code: str | None, catalogue: Catalogue) -> frozenset[str]:
    entry = catalogue.get(code) if code else None
    return entry.rule.labels if entry and entry.rule else frozenset()


def read_truth(path: Path, catalogue: Catalogue, labels: Collection[str]) -> dict[str, ClipTruth]:
    """By file name of the clip. Raises AlertsError that names file, line, field, what was expected and found.

    `labels` are the words that may be used for labels.
    """
    fields = read_marked(path).fields({"tolerance_seconds", "clips"}, {"clips"})
    tolerance = fields["tolerance_seconds"].number() if "tolerance_seconds" in fields else TOLERANCE_SECONDS
    found: dict[str, ClipTruth] = {}
    for marked in fields["clips"].items():
        name, truth = _clip(marked, tolerance, catalogue, labels)
        if name in found:
            raise marked.fail("each file once", name)
        found[name] = truth
    return found


def _clip(marked: Marked, tolerance: float, catalogue: Catalogue, labels: Collection[str]) -> tuple[str, ClipTruth]:
    fields = marked.fields({"file", "shows", "not_known", "zone", "tolerance_seconds"}, {"file"})
    return fields["file"].text(), ClipTruth(
        shown=tuple(_shown(each, catalogue, labels) for each in (fields["shows"].items() if "shows" in fields else ())),
        not_known=frozenset(
            _one_of(each, labels) for each in (fields["not_known"].items() if "not_known" in fields else ())
        ),
        zone=fields["zone"].choice(ZoneType) if "zone" in fields else None,
        tolerance_seconds=fields["tolerance_seconds"].number() if "tolerance_seconds" in fields else tolerance,
    )


def _shown(marked: Marked, catalogue: Catalogue, labels: Collection[str]) -> Shown:
    fields = marked.fields({"label", "code", "from", "to"})
    if ("label" in fields) == ("code" in fields):
        raise marked.fail("either a label or a code", "both" if "label" in fields else "neither")
    start = fields["from"].number() if "from" in fields else 0.0
    end = fields["to"].number() if "to" in fields else float("inf")
    if end < start:
        raise fields["to"].fail(f"a second at or after {start:g}")
    return Shown(
        span=Span(start=start, end=end),
        label=_one_of(fields["label"], labels) if "label" in fields else None,
        code=_one_of(fields["code"], catalogue.entries) if "code" in fields else None,
    )


def _one_of(marked: Marked, known: Collection[str]) -> str:
    word = marked.text()
    if word not in known:
        raise marked.fail(f"one of {', '.join(sorted(known))}")
    return word


class NoClipError(AlertsError):
    """A place that was named holds no clip."""

    def __init__(self, place: Path, expected: str) -> None:
        super().__init__(f"{place}: expected {expected}, found nothing of the kind")
        self.place = place


_SUFFIXES = frozenset({".mp4", ".mkv", ".avi", ".mov", ".m4v", ".ts", ".webm", ".mpg", ".mpeg"})


def clips_at(places: Iterable[Path]) -> list[Path]:
    """The files themselves, and the clips of folders in order of their names, each once. Raises NoClipError."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            inside = sorted(each for each in place.iterdir() if each.suffix.lower() in _SUFFIXES and each.is_file())
            if not inside:
                raise NoClipError(place, f"clips ({', '.join(sorted(_SUFFIXES))})")
            found += inside
        elif place.is_file():
            found.append(place)
        else:
            raise NoClipError(place, "a clip or a folder of clips")
    return list(dict.fromkeys(found))


def truths_of(
    clips: Sequence[Path], truth: Path | None, catalogue: Catalogue, labels: Collection[str]
) -> dict[Path, ClipTruth]:
    """What is known of each clip: from `truth`, else from the `clips.yaml` beside it, else that it shows nothing."""
    files = {truth} if truth else {clip.parent / TRUTH_NAME for clip in clips}
    read = {file: read_truth(file, catalogue, labels) for file in files if truth or file.is_file()}
    return {clip: read.get(truth or clip.parent / TRUTH_NAME, {}).get(clip.name, NOTHING_SHOWN) for clip in clips}
