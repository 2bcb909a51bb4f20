"""What is tried on a replay instead of what is in service: numbers of rules, thresholds, zones. A small YAML file.

    codes:
      - {code: pest.rodent, minimum_seconds: 2, minimum_hits: 4, cool_down_seconds: 600}
    thresholds: {rodent: 0.6}
    zones:
      - {name: 专间, type: special_room, polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
      - {camera: cellar, name: 库房, type: storage, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}
      - name: 后门
        type: other
        polygon: [[0.8, 0.4], [1, 0.4], [1, 1], [0.8, 1]]
        hours: {holds: outside_hours, week: [{weekday: 0, hours: [06:00-22:00]}]}

Zones without a camera are those of every camera that none is named for; they replace the camera's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import yaml

from alerts.catalogue import Catalogue, CatalogueEntry
from alerts.catalogue_file import RULE_VALUES
from alerts.errors import CatalogueError
from alerts.hours_file import read_zone_hours
from alerts.marked_yaml import Marked, read_marked
from alerts.presence import PresenceRule
from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.zone import Zone, ZoneType
from domain.zone_hours import ZoneHours

TUNING_FIELDS = ("codes", "thresholds", "zones")
ZONE_NEEDED = ("name", "type", "polygon")
ZONE_FIELDS = (*ZONE_NEEDED, "camera", "hours")
CODE_FIELDS = ("code", *RULE_VALUES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedZone:
    """A zone of one camera, or of every camera without zones of its own here (`camera` is None)."""

    name: str
    type: ZoneType
    polygon: Polygon
    camera: str | None = None
    hours: ZoneHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Values by code and field in the words of the catalogue's files, least confidences by label, and zones."""

    codes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    zones: tuple[TunedZone, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.codes or self.thresholds or self.zones)

    def plus(self, other: "Tuning") -> "Tuning":
        """Both; where they differ `other` counts. Zones are those of `other` if it has any."""
        codes = {
            code: {**self.codes.get(code, {}), **other.codes.get(code, {})} for code in {**self.codes, **other.codes}
        }
        return Tuning(codes=codes, thresholds={**self.thresholds, **other.thresholds}, zones=other.zones or self.zones)

    def tuned(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with these values in each rule over pictures that knows the field."""
        entries = {
            code: _tuned(entry, self.codes[code]) if code in self.codes else entry
            for code, entry in catalogue.entries.items()
        }
        return replace(catalogue, entries=entries)

    def zones_of(self, camera_id: CameraId, name: str) -> tuple[Zone, ...] | None:
        """The camera's zones; None where nothing is said of them, so that it keeps its own."""
        own = [each for each in self.zones if each.camera in {camera_id, name}]
        meant = own or [each for each in self.zones if each.camera is None]
        if not meant:
            return None
        return tuple(
            Zone(
                zone_id=ZoneId(f"tuned-{place}"),
                camera_id=camera_id,
                name=each.name,
                type=each.type,
                polygon=each.polygon,
                hours=each.hours,
            )
            for place, each in enumerate(meant, start=1)
        )


NOTHING_TUNED = Tuning()


def read_tuning(path: Path, catalogue: Catalogue) -> Tuning:
    """Raises CatalogueError naming file, line, field, what was expected and what was found."""
    return _read(read_marked(path), catalogue)


def read_settings(assignments: Sequence[str], thresholds: Sequence[str], catalogue: Catalogue) -> Tuning:
    """What a command line says: `pest.rodent.minimum_seconds=2`, and of labels `rodent=0.6`. Raises CatalogueError."""
    codes: dict[str, dict[str, object]] = {}
    for words in assignments:
        place, is_given, value = words.partition("=")
        code, _, name = place.rpartition(".")
        if not (is_given and code and name):
            raise CatalogueError(f"--set {words}", "CODE.FIELD=VALUE such as pest.rodent.minimum_seconds=2", words)
        codes.setdefault(code, {})[name] = yaml.safe_load(value)
    given: dict[str, object] = {"codes": [{"code": code, **named} for code, named in codes.items()]}
    least: dict[str, object] = {}
    for words in thresholds:
        label, is_given, value = words.partition("=")
        if not (is_given and label):
            raise CatalogueError(f"--threshold {words}", "LABEL=CONFIDENCE such as rodent=0.6", words)
        least[label] = yaml.safe_load(value)
    given["thresholds"] = least
    node = yaml.compose(yaml.safe_dump(given, allow_unicode=True))
    assert node is not None
    return _read(Marked("command line", "", node, CatalogueError, shows_columns=False), catalogue)


def _read(marked: Marked, catalogue: Catalogue) -> Tuning:
    found = marked.fields(TUNING_FIELDS)
    codes: dict[str, Mapping[str, object]] = {}
    for each in found["codes"].items() if "codes" in found else ():
        code, values = _code(each, catalogue)
        if code in codes:
            raise each.fail("each code once", code)
        codes[code] = values
    return Tuning(
        codes=codes,
        thresholds=_thresholds(found["thresholds"]) if "thresholds" in found else {},
        zones=tuple(_zone(each) for each in found["zones"].items()) if "zones" in found else (),
    )


def _code(marked: Marked, catalogue: Catalogue) -> tuple[str, Mapping[str, object]]:
    found = marked.fields(CODE_FIELDS, ("code",))
    code = found["code"].text()
    entry = catalogue.get(code)
    if entry is None:
        raise found["code"].fail(f"a code of the catalogue: {', '.join(catalogue.entries)}")
    known = {name for rule in _rules(entry) for name in _names(rule)}
    if not known:
        raise found["code"].fail("a code with a rule over pictures")
    for name, value in found.items():
        if name not in {*known, "code"}:
            raise value.fail(f"a field of the rule of {code}: {', '.join(n for n in RULE_VALUES if n in known)}", name)
    values = {name: RULE_VALUES[name](value) for name, value in found.items() if name != "code"}
    try:
        _tuned(entry, values)
    except ValueError as error:
        raise marked.fail(str(error)) from error
    return code, values


def _thresholds(marked: Marked) -> dict[str, float]:
    """Of any labels: which of them a log or a network has is not known here."""
    names = [key.value for key, _ in marked.node.value] if isinstance(marked.node, yaml.MappingNode) else []
    return {label: value.signed_number(0.0, 1.0) for label, value in marked.fields(names).items()}


def _zone(marked: Marked) -> TunedZone:
    found = marked.fields(ZONE_FIELDS, ZONE_NEEDED)
    corners = [tuple(each.signed_number(0.0, 1.0) for each in corner.items()) for corner in found["polygon"].items()]
    if any(len(corner) != 2 for corner in corners):
        raise found["polygon"].fail("corners [x, y] in fractions of the picture")
    try:
        polygon = Polygon.of([(corner[0], corner[1]) for corner in corners])
    except ValueError as error:
        raise found["polygon"].fail(str(error)) from error
    kind = found["type"].choice(ZoneType)
    if "hours" in found and not kind.may_have_hours:
        raise found["hours"].fail(f"no hours: what is {kind} is covered at all times", "hours")
    return TunedZone(
        name=found["name"].text(),
        type=kind,
        polygon=polygon,
        camera=found["camera"].text() if "camera" in found else None,
        hours=read_zone_hours(found["hours"]) if "hours" in found else None,
    )


def _rules(entry: CatalogueEntry) -> list[PresenceRule]:
    return [rule for rule in (entry.rule, entry.taught_rule) if rule is not None]


def _names(rule: PresenceRule) -> set[str]:
    return {each.name for each in fields(rule)} & set(RULE_VALUES)


def _tuned(entry: CatalogueEntry, values: Mapping[str, object]) -> CatalogueEntry:
    rule, taught = (
        replace(each, **{name: value for name, value in values.items() if name in _names(each)}) if each else None  # type: ignore[arg-type]
        for each in (entry.rule, entry.taught_rule)
    )
    return replace(entry, rule=rule, taught_rule=taught)  # type: ignore[arg-type]
