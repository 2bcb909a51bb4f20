"""Stories as YAML. Every error names file, line, field, what was expected and what was found."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from models.marked_yaml import Marked, read_marked
from models.synth.bodies.pose import POSES
from models.synth.cast_file import read_member
from models.synth.errors import StoryError
from models.synth.places.catalogue import spots_of
from models.synth.story import CastKind, Deed, Garment, Held, Member, Need, PlaceName, Point, Promise, Step, Story, View
from models.synth.support import is_supported

STORIES_FOLDER = Path(__file__).parent / "stories"
SUFFIX = ".yaml"
_FIELDS = (
    "place",
    "seed",
    "length_seconds",
    "rendered_per_second",
    "shown_per_second",
    "clock",
    "view",
    "cast",
    "timeline",
    "promises",
)
_STEP_FIELDS = (
    "at",
    "who",
    "does",
    "seconds",
    "path",
    "pose",
    "degrees",
    "what",
    "fill",
    "strength",
    "vanishes",
    "clockwise",
)
_PROMISE_FIELDS = ("code", "raised", "who", "from", "to", "tolerance_seconds", "needs", "because")
_PEOPLE = {CastKind.PERSON}
_WALKERS = {CastKind.PERSON, CastKind.RAT, CastKind.MOUSE, CastKind.COCKROACH, CastKind.CAT, CastKind.DOG}
_AIR = {CastKind.STEAM, CastKind.SMOKE, CastKind.FIRE, CastKind.BURNER}
_WHO_MAY: dict[Deed, set[CastKind]] = {
    Deed.GOES: _WALKERS,
    Deed.TURNS: _WALKERS,
    Deed.POSES: _PEOPLE | {CastKind.CAT, CastKind.DOG},
    Deed.TAKES_OFF: _PEOPLE,
    Deed.PUTS_ON: _PEOPLE,
    Deed.HOLDS: _PEOPLE,
    Deed.LID: {CastKind.BIN},
    Deed.FILL: {CastKind.BIN},
    Deed.STRENGTH: _AIR,
    Deed.APPEARS: set(CastKind),
    Deed.LEAVES: set(CastKind),
}
_NEEDED: dict[Deed, tuple[str, ...]] = {
    Deed.GOES: ("path", "seconds"),
    Deed.POSES: ("pose",),
    Deed.TURNS: ("degrees",),
    Deed.TAKES_OFF: ("what",),
    Deed.PUTS_ON: ("what",),
    Deed.HOLDS: ("what",),
    Deed.LID: ("degrees",),
    Deed.FILL: ("fill",),
    Deed.STRENGTH: ("strength",),
}
T = TypeVar("T")


def read_story(path: Path) -> Story:
    """The story of one file, its name that of the file. Raises StoryError at the first thing that is wrong."""
    document = read_marked(path, StoryError)
    given = document.fields(_FIELDS, ("place", "seed", "length_seconds", "cast", "timeline", "promises"))
    place = given["place"].choice(PlaceName)
    length = given["length_seconds"].number(minimum=1.0)
    spots = {name: (spot[0], spot[1]) for name, spot in spots_of(place).items()}
    cast = _cast(given["cast"], spots)
    steps = tuple(_step(item, cast, spots, length) for item in given["timeline"].items())
    story = Story(
        name=path.stem,
        place=place,
        seed=given["seed"].whole_number(),
        length_seconds=length,
        rendered_per_second=_optional(given, "rendered_per_second", lambda each: each.whole_number(minimum=1), 6),
        shown_per_second=_optional(given, "shown_per_second", lambda each: each.whole_number(minimum=1), 12),
        clock=_optional(given, "clock", Marked.text, "2026-05-04 11:42:10"),
        cast=tuple(cast.values()),
        view=_optional(given, "view", _view, None),
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        promises=(),
    )
    _require_whole_repeats(story, document)
    promises = tuple(_promise(item, story) for item in given["promises"].items())
    return replace(story, promises=promises)


def shipped_stories() -> dict[str, Path]:
    """The stories of the package by name."""
    return {path.stem: path for path in sorted(STORIES_FOLDER.glob(f"*{SUFFIX}"))}


def _cast(marked: Marked, spots: dict[str, Point]) -> dict[str, Member]:
    cast: dict[str, Member] = {}
    for item in marked.items():
        member = read_member(item, spots, len(cast))
        if member.name in cast:
            raise item.fail("a name that no other of the cast has", member.name)
        cast[member.name] = member
    return cast


def _step(item: Marked, cast: dict[str, Member], spots: dict[str, Point], length: float) -> Step:
    given = item.fields(_STEP_FIELDS, ("at", "who", "does"))
    who = given["who"].text()
    if who not in cast:
        raise given["who"].fail(f"one of the cast: {', '.join(cast)}")
    deed = given["does"].choice(Deed)
    if cast[who].kind not in _WHO_MAY[deed]:
        raise given["does"].fail(f"what a {cast[who].kind} can do")
    for name in _NEEDED.get(deed, ()):
        if name not in given:
            raise item.fail(f"the field {name} (somebody {deed})", "no such field")
    at = given["at"].number()
    seconds = _optional(given, "seconds", Marked.number, 0.8)
    if at + (seconds if deed == Deed.GOES else 0) > length:
        raise given["at"].fail(f"an end within the {length:g} seconds of the story", at + seconds)
    step = Step(at=at, who=who, does=deed, seconds=seconds, vanishes=_optional(given, "vanishes", Marked.flag, False))
    return _with_details(step, given, spots)


def _with_details(step: Step, given: dict[str, Marked], spots: dict[str, Point]) -> Step:
    if step.does == Deed.GOES:
        path = tuple(point(each, spots) for each in given["path"].items())
        if not path:
            raise given["path"].fail("at least one place")
        return replace(step, path=path)
    if step.does == Deed.POSES:
        if given["pose"].text() not in {*POSES, "sit"}:
            raise given["pose"].fail(f"one of {', '.join(POSES)}, sit")
        return replace(step, pose=given["pose"].text())
    if step.does in {Deed.TAKES_OFF, Deed.PUTS_ON}:
        return replace(step, garment=given["what"].choice(Garment))
    if step.does == Deed.HOLDS:
        return replace(step, held=given["what"].choice(Held))
    numbers: dict[Deed, Callable[[], float]] = {
        Deed.TURNS: lambda: given["degrees"].signed_number(-360, 360),
        Deed.LID: lambda: given["degrees"].signed_number(0, 270),
        Deed.FILL: lambda: given["fill"].signed_number(0, 1.6),
        Deed.STRENGTH: lambda: given["strength"].signed_number(0, 3),
    }
    return replace(step, number=numbers[step.does]()) if step.does in numbers else step


def point(marked: Marked, spots: dict[str, Point]) -> Point:
    """A spot of the place by name, or two numbers `x y`."""
    words = marked.text().split()
    if len(words) == 1 and words[0] in spots:
        return spots[words[0]]
    try:
        x, y = (float(word) for word in words)
    except ValueError:
        raise marked.fail(f"a spot ({', '.join(spots)}) or two numbers 'x y'") from None
    return x, y


def _view(marked: Marked) -> View:
    given = marked.fields(("looks_at", "field_degrees"), ("looks_at", "field_degrees"))
    try:
        x, y, z = (float(word) for word in given["looks_at"].text().split())
    except ValueError:
        raise given["looks_at"].fail("three numbers 'x y z'") from None
    return View(looks_at=(x, y, z), field_degrees=given["field_degrees"].signed_number(10, 140))


def _promise(item: Marked, story: Story) -> Promise:
    given = item.fields(_PROMISE_FIELDS, ("code", "raised", "who", "from", "to"))
    who = given["who"].text()
    if who not in {member.name for member in story.cast}:
        raise given["who"].fail(f"one of the cast: {', '.join(member.name for member in story.cast)}")
    begins, ends = given["from"].number(), given["to"].number()
    if not begins < ends <= story.length_seconds:
        raise given["to"].fail(f"a second after {begins:g} and within the story's {story.length_seconds:g}", ends)
    promise = Promise(
        code=given["code"].text(),
        is_raised=given["raised"].flag(),
        who=who,
        begins=begins,
        ends=ends,
        tolerance_seconds=_optional(given, "tolerance_seconds", Marked.number, 3.0),
        needs=_optional(given, "needs", lambda each: each.choice(Need), Need.TODAY),
        because=_optional(given, "because", Marked.text, ""),
    )
    if promise.is_raised and not is_supported(story, promise):
        raise given["code"].fail(f"a violation that {who} commits from {begins:g} s to {ends:g} s in this story")
    if not promise.is_raised and is_supported(story, promise):
        raise given["code"].fail(f"no violation: {who} commits this one from {begins:g} s to {ends:g} s")
    return promise


def _require_whole_repeats(story: Story, document: Marked) -> None:
    if story.shown_per_second % story.rendered_per_second:
        expected = f"shown_per_second as a multiple of rendered_per_second ({story.rendered_per_second})"
        raise document.fail(expected, story.shown_per_second)


def _optional(given: dict[str, Marked], name: str, read: Callable[[Marked], T], otherwise: T) -> T:
    return read(given[name]) if name in given else otherwise
