"""The rules of the catalogue, with their numbers and what each jurisdiction says otherwise."""

from fastapi import APIRouter

from api.dependencies import Reader, Services
from api.schemas.rules import RulePage

router = APIRouter(tags=["rules"])


@router.get("/rules")
def list_rules(_: Reader, services: Services) -> RulePage:
    """How each code is judged here, and all jurisdictions of the catalogue. Names and clauses: `GET /api/v1/codes`."""
    return RulePage.of_catalogue(services.rules.catalogue, services.rules.folder)
