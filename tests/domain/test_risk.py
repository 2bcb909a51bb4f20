import pytest

from domain.risk import Duty, RiskClass, RiskCode


def risk_code(code: str) -> RiskCode:
    return RiskCode(
        code=code,
        version="2026.1",
        name_zh="鼠类活动",
        name_en="Rodent activity",
        risk_class=RiskClass.I,
        duty=Duty.MUST,
        clauses=(),
        is_credit_eligible=True,
    )


@pytest.mark.parametrize("code", ["pest.rodent", "uniform.no_hat", "camera.offline", "a.b.c"])
def test_a_code_is_lower_case_words_with_dots(code: str) -> None:
    assert risk_code(code).code == code


@pytest.mark.parametrize(
    "code", ["", "pest", "Pest.rodent", "pest.", ".rodent", "pest..rodent", "pest.rodent ", "pest.1"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"looks like pest\.rodent"):
        risk_code(code)
