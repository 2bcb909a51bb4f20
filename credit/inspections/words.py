"""How a draw is told to people."""

from credit.profile import Colour

_COLOURS = {Colour.GREEN: "绿色", Colour.ORANGE: "橙色", Colour.RED: "红色", None: "无颜色（新入库或数据不足）"}


def drawn_reason(colour: Colour | None, chance: float, lot: float) -> str:
    """Why an enterprise was drawn: its colour, the chance that the colour has, and its lot, which lies below it."""
    return f"随机抽取：{_COLOURS[colour]}，抽取概率 {chance:.0%}，抽签值 {lot:.6f}"
