"""Names of administrative divisions, for pages that tell and ask for regions."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.dependencies import Reader
from api.fields import Shown
from credit.divisions import load_divisions

router = APIRouter(prefix="/divisions", tags=["registry"])

_A_DAY = "private, max-age=86400"


class DivisionsView(Shown):
    names: Annotated[
        dict[str, str],
        Field(
            description="A division's own name by its digits: two for a province, four for a city, six for a county."
        ),
    ]


@router.get("")
def read_divisions(_: Reader, response: Response) -> DivisionsView:
    """The whole table of names (some 3,400), as of 2023-06-30; digits that it lacks have no name here."""
    response.headers["Cache-Control"] = _A_DAY
    return DivisionsView(names=dict(load_divisions().table))
