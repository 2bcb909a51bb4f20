"""JSON Schemas of the catalogue's files, for editors and other programs: `brightkitchen catalogue check` says more.

They follow from the same lists of fields that the readers use. What ties files together (a clause that is not in the
register, days in common, a code named twice) only the readers know.
"""

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from alerts.catalogue_file import (
    ENTRY_FIELDS,
    ENTRY_NEEDED,
    KIND_FIELDS,
    KIND_NEEDED,
    LABEL_SETS,
    NUMBERS,
    REASONS,
    RULE_NEEDED,
    RULE_OTHERS,
    RuleKind,
)
from alerts.device_rule import CONDITIONS, DEVICE_FIELDS, DEVICE_NEEDED
from alerts.hours_file import PATTERN
from alerts.licences.rule import KIND as LICENCE_KIND
from alerts.licences.rule import LICENCE_FIELDS, LICENCE_NEEDED, TIME_PATTERN, LicenceStage
from alerts.presence import ActiveWhen, SubjectKind
from alerts.profiles import (
    HOLIDAY_FIELDS,
    HOLIDAY_NEEDED,
    OVERRIDE_FIELDS,
    OVERRIDE_NEEDED,
    PROFILE_FIELDS,
    PROFILE_NEEDED,
)
from alerts.register_file import (
    CLAUSE_FIELDS,
    CLAUSE_NEEDED,
    LAW_FIELDS,
    LAW_NEEDED,
    READING_FIELDS,
    VERSION_FIELDS,
)
from alerts.rising import RISE_KINDS, RISE_NEEDED
from alerts.sensors.rule import KIND as SENSOR_KIND
from alerts.sensors.rule import SENSOR_FIELDS, SENSOR_NEEDED, SENSOR_NUMBERS
from alerts.state_rule import KIND, STATE_FIELDS, STATE_NEEDED
from alerts.terms import CLASS_FIELDS, CLASS_NEEDED, DEADLINE_NEEDED, Addressee, Counting
from domain.life import Duty as LifeDuty
from domain.risk import CODE_PATTERN, Duty, RiskClass
from domain.zone import ZoneType

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "uniqueItems": True}
_FLAG: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number", "minimum": 0}
_DAY: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def _choice(choices: type[StrEnum]) -> Schema:
    return {"enum": [each.value for each in choices]}


def _some(items: Schema) -> Schema:
    """A list of at least one, none twice."""
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


_FIELDS: dict[str, Schema] = {
    "code": {"type": "string", "pattern": f"^{CODE_PATTERN}$"},
    "class": _choice(RiskClass),
    "duty": _choice(Duty),
    "clauses": _TEXTS,
    "credit_eligible": _FLAG,
    "on_by_default": _FLAG,
    "active": _choice(ActiveWhen),
    "hours": _some({"type": "string", "pattern": PATTERN}),
    "subject": _choice(SubjectKind),
    "minimum_hits": {"type": "integer", "minimum": 1},
    "minimum_count": {"type": "integer", "minimum": 1},
    "stage": _choice(LicenceStage),
    "judged_at": {"type": "string", "pattern": TIME_PATTERN},
    "within_days": {"type": "integer", "minimum": 0},
    "also_absent": _TEXTS,
    "without_labels": _TEXTS,
    "minimum_side_px": {"type": "integer", "minimum": 0},
    "abstains_at_edge": _FLAG,
    "zone_types": {"type": "array", "items": _choice(ZoneType)},
    "excluded_zone_types": {"type": "array", "items": _choice(ZoneType)},
    "conditions": {"type": "array", "items": {"enum": sorted(CONDITIONS)}, "uniqueItems": True},
    "unclear_conditions": {"type": "array", "items": {"enum": sorted(CONDITIONS)}, "uniqueItems": True},
    "day": _DAY,
    "valid_from": _DAY,
    "valid_until": _DAY,
    "url": {"type": "string", "pattern": "^https?://"},
    "read_in": _TEXTS,
    "labels": _some(_TEXT),
    **dict.fromkeys((*NUMBERS, *SENSOR_NUMBERS, "unattended_seconds", "near_heights", "clock_offset_seconds"), _NUMBER),
    **dict.fromkeys(LABEL_SETS[1:], _TEXTS),
}


def _rises() -> Schema:
    """Of one code: each names one cause."""
    fields: dict[str, Schema] = {
        "lasts_seconds": {"type": "number", "exclusiveMinimum": 0},
        "subjects": {"type": "integer", "minimum": 2},
        "repeats": {"type": "integer", "minimum": 2},
        "together_with": _some(_FIELDS["code"]),
    }
    days: Schema = {"type": "integer", "minimum": 1}
    own: dict[str, tuple[str, ...]] = {name: (name,) for name in RISE_KINDS} | {"repeats": ("repeats", "within_days")}
    to: Schema = {"enum": [RiskClass.I.value, RiskClass.II.value]}
    named = [(*RISE_NEEDED, *own[name]) for name in RISE_KINDS]
    ways = [_mapping(each, each, to=to, within_days=days, **fields) for each in named]
    return {"type": "array", "items": {"oneOf": ways}}


def _mapping(fields: Iterable[str], needed: Iterable[str], **special: Schema) -> Schema:
    """A mapping with these fields and no others; a field that is not special and not known above is a text."""
    return {
        "type": "object",
        "properties": {name: special.get(name) or _FIELDS.get(name, _TEXT) for name in dict.fromkeys(fields)},
        "required": list(needed),
        "additionalProperties": False,
    }


def _rule() -> Schema:
    fields = (*RULE_NEEDED, *NUMBERS, *LABEL_SETS, *RULE_OTHERS)
    kinds: dict[RuleKind, tuple[Sequence[str], Sequence[str]]] = {
        **{kind: ((*fields, *own), (*RULE_NEEDED, *KIND_NEEDED.get(kind, ()))) for kind, own in KIND_FIELDS.items()},
        RuleKind.DEVICE: (DEVICE_FIELDS, DEVICE_NEEDED),
        RuleKind.NOT_AVAILABLE: (REASONS, REASONS),
    }
    return {"oneOf": [_mapping(named, needed, kind={"const": kind.value}) for kind, (named, needed) in kinds.items()]}


def codes_schema() -> Schema:
    """Of a file with codes."""
    taught = _mapping(STATE_FIELDS, STATE_NEEDED, kind={"const": KIND})
    sensor = _mapping(SENSOR_FIELDS, SENSOR_NEEDED, kind={"const": SENSOR_KIND})
    licence = _mapping(LICENCE_FIELDS, LICENCE_NEEDED, kind={"const": LICENCE_KIND})
    own = {"taught_rule": taught, "sensor_rule": sensor, "licence_rule": licence, "rises": _rises()}
    entry = _mapping(ENTRY_FIELDS, ENTRY_NEEDED, rule=_rule(), **own)
    return _document(
        "Risk codes of a catalogue", _mapping(("codes",), ("codes",), codes={"type": "array", "items": entry})
    )


def register_schema() -> Schema:
    """Of clauses.yaml."""
    version = _mapping(VERSION_FIELDS, ("version",), read_by=_mapping(READING_FIELDS, READING_FIELDS))
    law = _mapping(LAW_FIELDS, LAW_NEEDED, versions={"type": "array", "items": version, "minItems": 1})
    clause = _mapping(CLAUSE_FIELDS, CLAUSE_NEEDED, versions=_TEXTS)
    lists = {name: {"type": "array", "items": item} for name, item in (("laws", law), ("clauses", clause))}
    return _document("Register of clauses of a catalogue", _mapping(lists, lists, **lists))


def _life() -> Schema:
    """A list of terms by class."""
    deadline = _mapping(
        DEADLINE_NEEDED,
        DEADLINE_NEEDED,
        duty=_choice(LifeDuty),
        minutes={"type": "number", "exclusiveMinimum": 0},
        tell=_choice(Addressee),
    )
    terms = _mapping(
        CLASS_FIELDS,
        CLASS_NEEDED,
        second_review=_FLAG,
        minimum_viewing_seconds=_NUMBER,
        verified_by_another=_FLAG,
        counting=_choice(Counting),
        deadlines={"type": "array", "items": deadline},
    )
    return {"type": "array", "items": terms}


def life_schema() -> Schema:
    """Of life.yaml."""
    return _document("How alerts are reviewed, and by when", _mapping(("life",), ("life",), life=_life()))


def profile_schema() -> Schema:
    """Of a file in profiles/."""
    override = _mapping(OVERRIDE_FIELDS, OVERRIDE_NEEDED, rises=_rises()) | {"minProperties": len(OVERRIDE_NEEDED) + 1}
    lists: dict[str, Schema] = {
        "holidays": {"type": "array", "items": _mapping(HOLIDAY_FIELDS, HOLIDAY_NEEDED)},
        "codes": {"type": "array", "items": override},
        "life": _life(),
    }
    return _document("Profile of a jurisdiction", _mapping(PROFILE_FIELDS, PROFILE_NEEDED, **lists))


def head_schema() -> Schema:
    """Of catalogue.yaml."""
    return _document("Head of a catalogue", _mapping(("version", "default_profile"), ("version",)))


def _document(title: str, schema: Schema) -> Schema:
    return {"$schema": _DIALECT, "title": title, **schema}


SCHEMAS = {
    "catalogue-head.schema.json": head_schema,
    "catalogue-codes.schema.json": codes_schema,
    "catalogue-clauses.schema.json": register_schema,
    "catalogue-life.schema.json": life_schema,
    "catalogue-profile.schema.json": profile_schema,
}
"""File names of the published schemas, and what makes them."""


def catalogue_schema_text(name: str) -> str:
    """The published text of one schema. Raises KeyError for an unknown name."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=2) + "\n"
