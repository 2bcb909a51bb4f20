"""The demonstration alerts again sooner than a kitchen would want."""

from dataclasses import replace

from alerts.catalogue import Catalogue, CatalogueEntry

# A rat has 30 minutes of quiet after its alert by the catalogue. Whoever stops the demonstration and starts it again,
# or comes a moment late, must not wait that long to see one.
DEMO_COOL_DOWN_SECONDS = 45.0


def hastened(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with cool-downs of at most DEMO_COOL_DOWN_SECONDS."""
    return Catalogue(catalogue.version, {code: _hastened(entry) for code, entry in catalogue.entries.items()})


def _hastened(entry: CatalogueEntry) -> CatalogueEntry:
    if entry.rule is None:
        return entry
    cool_down = min(entry.rule.cool_down_seconds, DEMO_COOL_DOWN_SECONDS)
    return replace(entry, rule=replace(entry.rule, cool_down_seconds=cool_down))
