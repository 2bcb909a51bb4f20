"""`python -m bench.nobody`: on how many pictures without people does a network tell a person?

The evaluation cannot say. Pictures of animals, bins and fire were never labelled with people, so whatever is told there
does not count, and the sources that are labelled show people nearly always. Here a picture is taken for one without
people where no person, face, head, hand, helmet or vest was labelled in it and another network, which knows people
well, guessed none in it either, however unsure. That rests on guesses: a hand or a small person that both missed would
count against the network that tells them.

Half a minute for each network.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.table import documented
from detector.detector import Detector
from detector.evaluation import Interval, wilson
from detector.pictures import PixelPicture
from detector.sessions import open_session
from detector.settings import DetectorSettings
from models.registry import ZOO_FOLDER, LoadedModel, ModelRegistry
from models.training.data import Example, PictureSet, open_pictures, read_layout

PERSON = "person"
# Where one of these is, somebody is.
PARTS_OF_PEOPLE = frozenset(
    (
        PERSON,
        "face_masked",
        "face_unmasked",
        "face_mask_misworn",
        "head_bare",
        "helmet",
        "safety_vest",
        "glove",
        "bare_hand",
    )
)
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "models.md"
MARK = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Of one network and one source: pictures without people, and those of them in which it tells a person."""

    pictures: int = 0
    telling: int = 0

    def more(self, *, is_told: bool) -> "Count":
        return Count(pictures=self.pictures + 1, telling=self.telling + is_told)

    @property
    def interval(self) -> Interval | None:
        return wilson(self.telling, self.pictures)


def is_without_people(example: Example, labels: Sequence[str]) -> bool:
    """Nobody labelled and no network guessed anything of a person in it. `labels`: names by number."""
    seen = {labels[number] for number in (*example.labelled.labels, *example.guessed.labels)}
    return seen.isdisjoint(PARTS_OF_PEOPLE)


def counted(pictures: PictureSet, model: LoadedModel) -> dict[str, Count]:
    """By source, at the network's own threshold and through the detector that serves. Raises NetworkError."""
    detector = Detector(open_session(model), model.manifest, DetectorSettings())
    threshold = model.manifest.thresholds[PERSON]
    counts: dict[str, Count] = {}
    for index, example in enumerate(pictures.examples):
        if not is_without_people(example, pictures.layout.labels):
            continue
        (found,) = detector.look([PixelPicture(pictures.pixels(index))])
        is_told = any(each.label == PERSON and each.confidence >= threshold for each in found or ())
        counts[example.source] = counts.get(example.source, Count()).more(is_told=is_told)
    return counts


def whole(counts: Iterable[Count]) -> Count:
    each = tuple(counts)
    return Count(pictures=sum(one.pictures for one in each), telling=sum(one.telling for one in each))


def table(found: Mapping[str, Mapping[str, Count]]) -> str:
    """A row for each source and one for all of them, a column for each network."""
    sources = sorted({source for counts in found.values() for source in counts})
    head = "| pictures without people | n |" + "".join(f" {name} |" for name in found)
    lines = [head, "|---|---|" + "---|" * len(found)]
    for source in sources:
        rows = [counts.get(source, Count()) for counts in found.values()]
        lines.append(f"| {source} | {rows[0].pictures} |" + "".join(f" {row.telling} |" for row in rows))
    sums = [whole(counts.values()) for counts in found.values()]
    lines.append(f"| **all** | {sums[0].pictures} |" + "".join(f" {_share(one)} |" for one in sums))
    return "\n".join(lines)


def _share(count: Count) -> str:
    interval = count.interval
    if interval is None:
        return "–"
    return f"**{count.telling}: {count.telling / count.pictures:.1%}** ({interval.low:.1%} to {interval.high:.1%})"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.nobody", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of archives, with the guesses of a network")
    parser.add_argument("--split", default="val")
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--document", action="store_true", help="write the table into docs/models.md")
    parser.add_argument("models", nargs="*", default=["kitchen-n"])
    options = parser.parse_args(arguments)
    registry = ModelRegistry(options.zoo)
    with tempfile.TemporaryDirectory(prefix="nobody-") as cache:
        pictures = open_pictures(read_layout(options.data), options.split, Path(cache))
        shown = table({name: counted(pictures, registry.load(name)) for name in options.models})
    print(shown)
    if options.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), shown, MARK), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
