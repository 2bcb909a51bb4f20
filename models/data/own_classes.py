"""Classes that a stranger's pictures bring along, beside those that a network knows already. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.data.errors import DataError
from models.data.ontology import ClassEntry, ClassMap, Ontology, load_ontology, plain

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """What the network shall know. `ontology` has its classes in order, `own` are those that nobody knew before."""

    ontology: Ontology
    class_map: ClassMap
    own: tuple[str, ...]


def known_classes(names: Sequence[str]) -> Ontology:
    """Classes of these names in this order, with what our ontology says about those that it knows."""
    entries = {entry.name: entry for entry in load_ontology().classes}
    return Ontology(version=1, classes=tuple(entries.get(name) or ClassEntry(name=name) for name in names))


def plan_classes(
    foreign: Sequence[str], base: Ontology, *, meanings: Mapping[str, str], ignored: frozenset[str], only_own: bool
) -> ClassPlan:
    """Decide what each class of the pictures is called here.

    A name means what `meanings` says, else what `base` understands by it, else itself as a new class: in small
    letters, with underscores. The classes of `base` stay, unless `only_own` asks for those of the pictures alone.
    Raises DataError for a name that cannot be one of a network's.
    """
    passed_over = {plain(name) for name in ignored}
    said = {plain(name): ours for name, ours in meanings.items()}
    unknown = sorted(said.keys() - {plain(name) for name in foreign})
    if unknown:
        raise DataError(f"--map {unknown[0]}: expected a class of the pictures ({', '.join(foreign)}), found none")
    targets: dict[str, str] = {}
    for name in foreign:
        if plain(name) not in passed_over:
            targets[name] = _target(name, said.get(plain(name)), base)
    wanted = list(dict.fromkeys(targets.values()))
    if not wanted:
        raise DataError("there is no class to learn: all that the pictures have are ignored")
    own = tuple(name for name in wanted if name not in base.names)
    names = wanted if only_own else [*base.names, *own]
    ontology = known_classes(names)
    return ClassPlan(
        ontology=ontology, class_map=ClassMap(ontology=ontology, meanings=targets, ignored=ignored), own=own
    )


def _target(name: str, said: str | None, base: Ontology) -> str:
    wanted = said if said is not None else name
    known = wanted if wanted in base.names else base.resolve(wanted)
    target = known or plain(wanted)
    if not _NAME.fullmatch(target):
        expected = "small Latin letters, digits and underscores, beginning with a letter"
        raise DataError(f"class {name!r}: expected {expected}, found {target!r}; say --map '{name}=a_name'")
    return target
