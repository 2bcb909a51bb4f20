"""What goes out by MQTT about credit: a change of an enterprise's colour."""

import json
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from credit.index import Standing
from credit.ledger_ports import Snapshot
from credit.profile import Colour
from domain.ids import EnterpriseId

ROOT = "brightkitchen/v1"
NOTICE_ZH = "颜色仅用于调整检查频次与帮扶，不是处罚，也不对外公示；未经人工核实的 AI 线索权重为零。"
NOTICE_EN = (
    "The colour only tunes how often a place is inspected and helped. It is no sanction and is not published; "
    "leads that no person has confirmed weigh nothing."
)

Figure = Annotated[float, Field(ge=0.0, le=100.0, description="0 to 100, to a tenth; null where there is none")]


class ColourMessage(BaseModel):
    """An enterprise's colour is another one. `notice` belongs on every screen that shows it."""

    model_config = ConfigDict(frozen=True)

    schema_version: Literal["1"] = "1"
    enterprise_id: str
    at: datetime
    day: Annotated[date, Field(description="the day that the figure is of")]
    colour: Annotated[Colour | None, Field(description="null: too little is known any more")]
    colour_before: Annotated[Colour | None, Field(description="null: there was none")]
    standing: Standing
    index: Figure | None
    low: Figure | None
    high: Figure | None
    grade: str | None
    profile: str
    inputs_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of what the figure rests on")]
    notice: str = NOTICE_ZH

    @classmethod
    def of(cls, snapshot: Snapshot, before: Colour | None) -> "ColourMessage":
        return cls(
            enterprise_id=snapshot.enterprise_id,
            at=snapshot.made_at,
            day=snapshot.day,
            colour=snapshot.colour,
            colour_before=before,
            standing=Standing(snapshot.standing),
            index=_tenth(snapshot.value),
            low=_tenth(snapshot.low),
            high=_tenth(snapshot.high),
            grade=snapshot.grade,
            profile=snapshot.profile_label,
            inputs_sha256=snapshot.inputs_sha256,
        )

    def as_bytes(self) -> bytes:
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode()


CREDIT_SCHEMAS: dict[str, type[BaseModel]] = {"credit.schema.json": ColourMessage}


def colour_topic(enterprise_id: EnterpriseId) -> str:
    """Where changes of an enterprise's colour are told: to its own people and the authority, by the broker's rules."""
    return f"{ROOT}/enterprises/{enterprise_id}/credit"


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
