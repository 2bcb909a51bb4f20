"""What the threshold of a label must reach before it is used, by the class of risk that it serves.

The numbers and the reasons stand in `targets.yaml` beside this module.
"""

from itertools import count, takewhile
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.data.ontology import parse_yaml

TARGETS_FILE = Path(__file__).parent / "targets.yaml"
NO_CLASS = "none"
Share = Annotated[float, Field(gt=0.0, le=1.0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(_Part):
    """`precision`: how often a detection must be right; `least_recall`: how many boxes must still be found."""

    precision: Share
    least_recall: Share
    why: str


class Targets(_Part):
    """Targets by class of risk, and the class of each label. See the head of `targets.yaml`."""

    classes: dict[str, Target]
    step: Annotated[float, Field(gt=0.0, lt=1.0)]
    least_precision: Share
    few_boxes: Annotated[int, Field(ge=0)]
    least_of_few: Share
    labels: dict[str, str]

    @model_validator(mode="after")
    def _every_class_has_a_target(self) -> Self:
        unknown = ({NO_CLASS} | set(self.labels.values())) - set(self.classes)
        if unknown:
            raise ValueError(f"classes without a target: {', '.join(sorted(unknown))}")
        return self

    def risk_class(self, label: str) -> str:
        """Of the most serious code that the label serves, or `none`."""
        return self.labels.get(label, NO_CLASS)

    def target(self, label: str) -> Target:
        return self.classes[self.risk_class(label)]

    def precisions(self, label: str) -> list[float]:
        """What to try in turn: the target's precision, then less by `step` down to `least_precision`."""
        wanted = self.target(label).precision
        lowered = (round(wanted - number * self.step, 6) for number in count(1))
        return [wanted, *takewhile(lambda each: each >= self.least_precision - 1e-9, lowered)]

    def floor(self, truth_count: int) -> float:
        """The lowest threshold that so many labelled boxes can speak for."""
        return self.least_of_few if truth_count < self.few_boxes else 0.0


def load_targets(path: Path = TARGETS_FILE) -> Targets:
    """Raise LabelFileError, naming the first wrong field, unless the file holds targets."""
    return parse_yaml(path, Targets)
