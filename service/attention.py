"""Whose being followed keeps a camera awake."""

from collections.abc import Iterable

from alerts.catalogue import Catalogue
from alerts.presence import PresenceRule

PERSON = "person"  # what they wear, and whether one is near, is judged by parts that are no presence rules


def minded_labels(rules: Iterable[PresenceRule]) -> frozenset[str]:
    """The subjects of rules, and persons. What else is followed (a bin that stands there, say) breaks no rule."""
    return frozenset({PERSON}).union(*(rule.labels for rule in rules))


def catalogue_labels(catalogue: Catalogue) -> frozenset[str]:
    """The same of every rule that any camera may have."""
    return minded_labels(rule for entry in catalogue if (rule := entry.rule or entry.taught_rule) is not None)
