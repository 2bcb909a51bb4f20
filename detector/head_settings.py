"""What an operator can set about taught heads."""

from pydantic import BaseModel, ConfigDict, Field

from detector.heads import LEAST_CONFIDENCE
from models.embedding import EMBEDDING_MODEL


class HeadSettings(BaseModel):
    """Heads that people teach: how they are shown to be good enough, and how often they look."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedding: str = Field(default=EMBEDDING_MODEL, description="network that heads are taught on, under models/zoo")
    interval_seconds: float = Field(
        default=10.0, ge=0.2, le=3600.0, description="time between two looks at a region with a live head"
    )
    equal_looks: int = Field(default=3, ge=1, le=20, description="equal answers in a row that make a region's state")
    least_confidence: float = Field(
        default=LEAST_CONFIDENCE, gt=0.5, lt=1.0, description="confidence below which a head cannot tell"
    )
    least_accuracy: float = Field(
        default=0.9, ge=0.0, le=1.0, description="leave-one-out accuracy below which no head may go live"
    )
    least_lower_bound: float = Field(
        default=0.7, ge=0.0, le=1.0, description="the same for the lower end of the accuracy's 95 % interval (Wilson)"
    )
    least_examples: int = Field(
        default=5, ge=2, le=1000, description="different examples of each state without which no head may go live"
    )
    least_answered: float = Field(
        default=0.5, ge=0.0, le=1.0, description="share of left-out examples that the head must dare to answer"
    )
    most_examples: int = Field(default=500, ge=10, le=5000, description="examples that one head may hold")
