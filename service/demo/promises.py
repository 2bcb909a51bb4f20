"""What a clip promises: a copy of the `expected.json` that `models.synth` writes beside it.

It is never edited by hand: the story is the one place where a promise is made.
"""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from service.demo.document import Part, read_json


class Need(StrEnum):
    """What the service must have before it can keep a promise: the words of models.synth.story.

    Written anew so that serving does not load what builds scenes.
    """

    TODAY = "today"
    ATTIRE = "attire"
    HEADS = "heads"
    NETWORK = "network"


# What the demonstration has today: its taught bin is live. Promises that need more are shown as not yet kept.
HAD_TODAY = frozenset({Need.TODAY, Need.ATTIRE, Need.HEADS})


class Promise(Part):
    """A violation from one second of the clip to another that is raised, or that must not be.

    `who` is a name in the story's cast. An alert may come `tolerance_seconds` before or after the rule's own dwell.
    """

    code: str = Field(min_length=1)
    is_raised: bool = Field(alias="raised")
    who: str
    begins: float = Field(alias="from", ge=0.0)
    ends: float = Field(alias="to", gt=0.0)
    tolerance_seconds: float = Field(ge=0.0)
    needs: Need
    because: str = ""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError(f"from must be before to, got {self.begins:g} and {self.ends:g}")
        return self

    @property
    def is_due_today(self) -> bool:
        """It is raised, and by what the service has today."""
        return self.is_raised and self.needs in HAD_TODAY


class Promises(Part):
    """All that one clip promises. `story` is the clip's name, times are seconds from its first picture."""

    story: str = Field(min_length=1)
    length_seconds: float = Field(gt=0.0)
    promises: tuple[Promise, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _lie_within_the_clip(self) -> Self:
        for each in self.promises:
            if each.ends > self.length_seconds:
                raise ValueError(f"{each.code} ends at {each.ends:g}, after the clip's {self.length_seconds:g} seconds")
        return self

    @property
    def raised(self) -> tuple[Promise, ...]:
        return tuple(each for each in self.promises if each.is_raised)

    @property
    def denied(self) -> tuple[Promise, ...]:
        return tuple(each for each in self.promises if not each.is_raised)


def read_promises(path: Path) -> Promises:
    """Raises DemoError naming the file and the first wrong field."""
    return read_json(path, Promises)
