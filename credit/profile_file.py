"""Profiles from YAML. Every error names file, line, field, what was expected and what was found."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from credit.errors import ProfileError
from credit.grades import (
    Component,
    ComponentScheme,
    Grade,
    PointGrade,
    PointKind,
    PointScheme,
    Rating,
    RecordGrade,
    RecordScheme,
    Scheme,
)
from credit.profile import (
    Band,
    CapRules,
    ClassRules,
    Colour,
    Counted,
    Dimension,
    EventRules,
    Group,
    IndexProfile,
    Measure,
)
from domain.risk import RiskClass
from models.marked_yaml import Marked, read_marked

SHIPPED = Path(__file__).parent / "profiles"
DEFAULT_PROFILE = "cn-national"

_HEAD = ("profile", "kind", "version", "zh", "en")
_MARKS = ("unverified", "sources")


class Kind(StrEnum):
    INDEX = "index"
    COMPONENTS = "components"
    RECORD = "record"
    POINTS = "points"


AnyProfile = IndexProfile | Scheme


def load_profiles(folder: Path = SHIPPED) -> Mapping[str, AnyProfile]:
    """All profiles of a folder, by id. Raises ProfileError."""
    return {found.profile_id: found for found in (read_profile(path) for path in sorted(folder.glob("*.yaml")))}


def load_index_profile(profile_id: str = DEFAULT_PROFILE, folder: Path = SHIPPED) -> IndexProfile:
    """The profile of an index. Raises ProfileError where there is none, or where it is of another kind."""
    path = folder / f"{profile_id}.yaml"
    found = read_profile(path)
    if not isinstance(found, IndexProfile):
        raise ProfileError(path.name, "a profile of the kind index", "one of another kind")
    return found


def read_profile(path: Path) -> AnyProfile:
    """One file. Raises ProfileError."""
    marked = read_marked(path, ProfileError)
    kind = _kind(marked)
    needed = (*_HEAD, *_FIELDS[kind])
    fields = marked.fields((*needed, *_MARKS), needed)
    try:
        return _READERS[kind](fields)
    except ValueError as error:
        raise marked.fail(str(error), "other values") from error


def _kind(marked: Marked) -> Kind:
    every = {name for names in _FIELDS.values() for name in names}
    fields = marked.fields((*_HEAD, *sorted(every), *_MARKS), ("profile", "kind"))
    return fields["kind"].choice(Kind)


def _index(fields: Mapping[str, Marked]) -> IndexProfile:
    return IndexProfile(
        profile_id=fields["profile"].text(),
        version=fields["version"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        groups=tuple(_group(each) for each in fields["groups"].items()),
        events=_events(fields["events"]),
        bands=tuple(_band(each) for each in fields["bands"].items()),
        caps=_caps(fields["caps"]),
        levels={level: value.signed_number(0.0, 1.0) for level, value in _levels(fields["levels"]).items()},
        window_days=fields["window_days"].whole_number(minimum=1),
        new_days=fields["new_days"].whole_number(),
        least_hours=fields["least_hours"].number(),
        least_coverage=fields["least_coverage"].signed_number(0.0, 1.0),
        confidence=fields["confidence"].signed_number(0.5, 0.999),
        calm_days=fields["calm_days"].whole_number(),
        **_marks(fields),
    )


def _group(marked: Marked) -> Group:
    needed = ("group", "zh", "en", "weight", "dimensions")
    fields = marked.fields(needed, needed)
    return Group(
        group_id=fields["group"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        weight=fields["weight"].number(),
        dimensions=tuple(_dimension(each) for each in fields["dimensions"].items()),
    )


def _dimension(marked: Marked) -> Dimension:
    needed = ("id", "zh", "en", "weight", "measure")
    fields = marked.fields((*needed, "enough", "halving", "counted", "prior"), needed)
    prior = [each.number() for each in fields["prior"].items()] if "prior" in fields else [0.0, 0.0]
    if len(prior) != 2:
        raise fields["prior"].fail("two numbers: events, and hundreds of hours")
    return Dimension(
        dimension_id=fields["id"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        weight=fields["weight"].number(),
        measure=fields["measure"].choice(Measure),
        enough=fields["enough"].number() if "enough" in fields else 1.0,
        halving=fields["halving"].number() if "halving" in fields else 1.0,
        counted=fields["counted"].choice(Counted) if "counted" in fields else None,
        prior_events=prior[0],
        prior_hours=prior[1],
    )


def _events(marked: Marked) -> EventRules:
    needed = ("half_life_days", "repeat_step", "most_repeats", "late_part", "classes")
    fields = marked.fields(needed, needed)
    return EventRules(
        classes=dict(_class(each) for each in fields["classes"].items()),
        half_life_days=fields["half_life_days"].number(minimum=1.0),
        repeat_step=fields["repeat_step"].number(),
        most_repeats=fields["most_repeats"].whole_number(),
        late_part=fields["late_part"].signed_number(0.0, 1.0),
    )


def _class(marked: Marked) -> tuple[RiskClass, ClassRules]:
    needed = ("class", "points", "rectified_credit", "acknowledge_seconds", "rectify_seconds")
    fields = marked.fields(needed, needed)
    return fields["class"].choice(RiskClass), ClassRules(
        points=fields["points"].number(),
        rectified_credit=fields["rectified_credit"].signed_number(0.0, 1.0),
        acknowledge_seconds=fields["acknowledge_seconds"].whole_number(),
        rectify_seconds=fields["rectify_seconds"].whole_number(),
    )


def _band(marked: Marked) -> Band:
    needed = ("grade", "least", "colour")
    fields = marked.fields(needed, needed)
    return Band(grade=fields["grade"].text(), least=fields["least"].number(), colour=fields["colour"].choice(Colour))


def _caps(marked: Marked) -> CapRules:
    needed = ("open_class_one", "unresolved_class_one", "unresolved_after_days", "grave_record")
    fields = marked.fields(needed, needed)
    return CapRules(
        open_class_one=fields["open_class_one"].choice(Colour),
        unresolved_class_one=fields["unresolved_class_one"].choice(Colour),
        unresolved_after_days=fields["unresolved_after_days"].whole_number(),
        grave_record=fields["grave_record"].choice(Colour),
    )


def _levels(marked: Marked) -> dict[str, Marked]:
    return marked.fields(("A", "B", "C", "D"), ("A", "B", "C", "D"))


def _marks(fields: Mapping[str, Marked]) -> dict[str, tuple[str, ...]]:
    return {name: fields[name].texts() for name in _MARKS if name in fields}


# Schemes of other countries


def _grade(fields: Mapping[str, Marked]) -> Grade:
    return Grade(grade=fields["grade"].text(), colour=fields["colour"].choice(Colour))


def _components(fields: Mapping[str, Marked]) -> ComponentScheme:
    return ComponentScheme(
        profile_id=fields["profile"].text(),
        version=fields["version"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        components=tuple(
            Component(
                component_id=each["id"].text(),
                zh=each["zh"].text(),
                en=each["en"].text(),
                greatest=each["greatest"].whole_number(),
            )
            for each in _rows(fields["components"], ("id", "zh", "en", "greatest"))
        ),
        ratings=tuple(
            Rating(grade=_grade(each), total=each["total"].whole_number(), worst=each["worst"].whole_number())
            for each in _rows(fields["ratings"], ("grade", "total", "worst", "colour"))
        ),
        **_marks(fields),
    )


def _record(fields: Mapping[str, Marked]) -> RecordScheme:
    points = fields["points"]
    return RecordScheme(
        profile_id=fields["profile"].text(),
        version=fields["version"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        grades=tuple(
            RecordGrade(grade=_grade(each), years=each["years"].whole_number())
            for each in _rows(fields["grades"], ("grade", "years", "colour"))
        ),
        new=fields["new"].text(),
        after_suspension=Grade(
            grade=fields["after_suspension"].text(), colour=fields["after_suspension_colour"].choice(Colour)
        ),
        window_months=fields["window_months"].whole_number(minimum=1),
        suspension_points=fields["suspension_points"].whole_number(minimum=1),
        points={name: each.whole_number() for name, each in points.fields(("infestation",), ("infestation",)).items()},
        **_marks(fields),
    )


def _points(fields: Mapping[str, Marked]) -> PointScheme:
    return PointScheme(
        profile_id=fields["profile"].text(),
        version=fields["version"].text(),
        zh=fields["zh"].text(),
        en=fields["en"].text(),
        kinds=tuple(
            PointKind(
                kind_id=each["id"].text(),
                zh=each["zh"].text(),
                en=each["en"].text(),
                least=each["least"].whole_number(),
            )
            for each in _rows(fields["kinds"], ("id", "zh", "en", "least"))
        ),
        conditions=fields["conditions"].whole_number(minimum=1),
        grades=tuple(
            PointGrade(grade=_grade(each), most=None if _is_null(each["most"]) else each["most"].whole_number())
            for each in _rows(fields["grades"], ("grade", "most", "colour"))
        ),
        pending=fields["pending"].text(),
        not_yet=fields["not_yet"].text(),
        **_marks(fields),
    )


def _rows(marked: Marked, needed: tuple[str, ...]) -> list[dict[str, Marked]]:
    return [each.fields(needed, needed) for each in marked.items()]


def _is_null(marked: Marked) -> bool:
    return marked.node.tag == "tag:yaml.org,2002:null"


_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.INDEX: (
        "groups",
        "events",
        "bands",
        "caps",
        "levels",
        "window_days",
        "new_days",
        "least_hours",
        "least_coverage",
        "confidence",
        "calm_days",
    ),
    Kind.COMPONENTS: ("components", "ratings"),
    Kind.RECORD: (
        "grades",
        "new",
        "after_suspension",
        "after_suspension_colour",
        "window_months",
        "suspension_points",
        "points",
    ),
    Kind.POINTS: ("kinds", "conditions", "grades", "pending", "not_yet"),
}
_READERS: Mapping[Kind, Callable[[Mapping[str, Marked]], AnyProfile]] = {
    Kind.INDEX: _index,
    Kind.COMPONENTS: _components,
    Kind.RECORD: _record,
    Kind.POINTS: _points,
}
