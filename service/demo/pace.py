"""What the demonstration does otherwise than a kitchen: it alerts again sooner, and looks at whole pixels."""

from dataclasses import replace

from alerts.catalogue import Catalogue, CatalogueEntry
from alerts.terms import ClassTerms, LifeTerms
from detector.settings import DetectorSettings

# A rat has 30 minutes of quiet after its alert by the catalogue. Whoever stops the demonstration and starts it again,
# or comes a moment late, must not wait that long to see one.
DEMO_COOL_DOWN_SECONDS = 45.0
# The size of the clips: a rat across the yard is too small to be seen in pictures that were made smaller.
DEMO_LONGEST_SIDE_PX = 640


def hastened(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with cool-downs of at most DEMO_COOL_DOWN_SECONDS, and reviews that one person can do."""
    return replace(
        catalogue,
        entries={code: _hastened(entry) for code, entry in catalogue.entries.items()},
        terms=LifeTerms({risk_class: _alone(terms) for risk_class, terms in catalogue.terms.classes.items()}),
    )


def _alone(terms: ClassTerms) -> ClassTerms:
    """The demonstration has one account: nobody could give a second verdict there."""
    return replace(terms, needs_second_review=False, verified_by_another=False, minimum_viewing_seconds=0.0)


def _hastened(entry: CatalogueEntry) -> CatalogueEntry:
    if entry.rule is None:
        return entry
    cool_down = min(entry.rule.cool_down_seconds, DEMO_COOL_DOWN_SECONDS)
    return replace(entry, rule=replace(entry.rule, cool_down_seconds=cool_down))


def sharpened(settings: DetectorSettings) -> DetectorSettings:
    """The same settings with pictures of DEMO_LONGEST_SIDE_PX for the network, unless a size was chosen."""
    if settings.longest_side_px is not None:
        return settings
    return settings.model_copy(update={"longest_side_px": DEMO_LONGEST_SIDE_PX})
