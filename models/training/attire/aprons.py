"""How far aprons that only rendered persons taught are found on real ones.

Real persons were labelled where an apron is worn and nowhere else. So it can be counted how many of those are found,
but not how many aprons are seen where there are none; and no calibration and no band can be chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.attire import Calibration
from models.data.attire import APRON, JudgedPerson
from models.training.attire.calibration import Decision
from models.training.attire.persons import Floats

UNCALIBRATED = Decision(
    calibration=Calibration(scale=1.0, shift=0.0), absent_below=0.5, present_above=0.5, clear_above=0.0
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApronFigures:
    """Persons called aproned, and persons, among those labelled so and among those whom nobody judged."""

    found: int
    worn: int
    called: int
    not_judged: int

    def __str__(self) -> str:
        return (
            f"of {self.worn} real persons with an apron {self.found} were called so, and {self.called} of "
            f"{self.not_judged} whom nobody judged"
        )


def aprons_found(rows: Sequence[JudgedPerson], logits: Floats) -> ApronFigures:
    """`logits` of an apron being worn, one per row."""
    called = logits >= 0.0
    worn = [APRON in row.states for row in rows]
    return ApronFigures(
        found=sum(bool(yes) for yes, is_worn in zip(called, worn, strict=True) if is_worn),
        worn=sum(worn),
        called=sum(bool(yes) for yes, is_worn in zip(called, worn, strict=True) if not is_worn),
        not_judged=len(worn) - sum(worn),
    )
