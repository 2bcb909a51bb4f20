"""What the demonstration does otherwise than a kitchen.

It alerts again sooner, waits seconds where a taught state may last minutes, and looks at whole pixels.
"""

from dataclasses import replace

from alerts.catalogue import Catalogue, CatalogueEntry
from alerts.presence import PresenceRule
from alerts.state_rule import StateRule
from alerts.terms import ClassTerms, LifeTerms
from detector.settings import DetectorSettings

# A rat has 30 minutes of quiet after its alert by the catalogue. Whoever stops the demonstration and starts it again,
# or comes a moment late, must not wait that long to see one.
DEMO_COOL_DOWN_SECONDS = 45.0
# A bin may stand open for five minutes by the catalogue, and a head looks every ten seconds: no clip is as long. What
# the alert's place is called says so (see service.demo.lid).
DEMO_STATE_SECONDS = 10.0
DEMO_UNATTENDED_SECONDS = 3.0
DEMO_LOOK_SECONDS = 1.0
# The size of the clips: a rat across the yard is too small to be seen in pictures that were made smaller.
DEMO_LONGEST_SIDE_PX = 640


def hastened(catalogue: Catalogue) -> Catalogue:
    """Cool-downs of at most DEMO_COOL_DOWN_SECONDS, shorter waits for taught states, and reviews for one person."""
    return replace(
        catalogue,
        entries={code: _hastened(entry) for code, entry in catalogue.entries.items()},
        terms=LifeTerms({risk_class: _alone(terms) for risk_class, terms in catalogue.terms.classes.items()}),
    )


def _alone(terms: ClassTerms) -> ClassTerms:
    """The demonstration has one account: nobody could give a second verdict there."""
    return replace(terms, needs_second_review=False, verified_by_another=False, minimum_viewing_seconds=0.0)


def _hastened(entry: CatalogueEntry) -> CatalogueEntry:
    rule = entry.rule and _sooner_again(entry.rule)
    taught = entry.taught_rule and _sooner(entry.taught_rule)
    return replace(entry, rule=rule, taught_rule=taught)


def _sooner_again(rule: PresenceRule) -> PresenceRule:
    return replace(rule, cool_down_seconds=min(rule.cool_down_seconds, DEMO_COOL_DOWN_SECONDS))


def _sooner(rule: StateRule) -> StateRule:
    return replace(
        rule,
        minimum_seconds=min(rule.minimum_seconds, DEMO_STATE_SECONDS),
        unattended_seconds=min(rule.unattended_seconds, DEMO_UNATTENDED_SECONDS),
        grace_seconds=min(rule.grace_seconds, DEMO_STATE_SECONDS),
        cool_down_seconds=min(rule.cool_down_seconds, DEMO_COOL_DOWN_SECONDS),
    )


def sharpened(settings: DetectorSettings) -> DetectorSettings:
    """The same settings with pictures of DEMO_LONGEST_SIDE_PX and heads that look often, unless these were chosen."""
    changes: dict[str, object] = {}
    if settings.longest_side_px is None:
        changes["longest_side_px"] = DEMO_LONGEST_SIDE_PX
    if "interval_seconds" not in settings.heads.model_fields_set:
        changes["heads"] = settings.heads.model_copy(update={"interval_seconds": DEMO_LOOK_SECONDS})
    return settings.model_copy(update=changes)
