"""What a person wears, in the words of the attire labels, with the colours that the rest of the body has."""

from dataclasses import dataclass
from enum import StrEnum

from models.synth.shapes.mesh import Colour


class Headwear(StrEnum):
    NONE = "none"
    TOQUE = "toque"
    CAP = "cap"
    HAIRNET = "hairnet"
    HELMET = "helmet"


class MaskWorn(StrEnum):
    NONE = "none"
    RIGHT = "right"
    NOSE_FREE = "nose_free"
    CHIN = "chin"


class Outfit(StrEnum):
    WHITE_COAT = "white_coat"
    UNIFORM = "uniform"
    STREET = "street"
    WORK = "work"


class Hair(StrEnum):
    SHORT = "short"
    BUN = "bun"
    LONG = "long"
    BALD = "bald"


SKINS: tuple[Colour, ...] = (
    (0.87, 0.68, 0.56),
    (0.80, 0.60, 0.47),
    (0.74, 0.54, 0.41),
    (0.62, 0.43, 0.31),
    (0.45, 0.30, 0.21),
)
HAIRS: tuple[Colour, ...] = ((0.05, 0.045, 0.04), (0.08, 0.06, 0.05), (0.16, 0.10, 0.07), (0.42, 0.41, 0.40))
COATS: tuple[Colour, ...] = ((0.90, 0.90, 0.88), (0.84, 0.84, 0.82), (0.93, 0.92, 0.90))
UNIFORMS: tuple[Colour, ...] = (
    (0.10, 0.11, 0.13),
    (0.45, 0.08, 0.09),
    (0.13, 0.20, 0.36),
    (0.30, 0.33, 0.30),
    (0.55, 0.42, 0.28),
)
STREETS: tuple[Colour, ...] = (
    (0.30, 0.34, 0.42),
    (0.58, 0.56, 0.52),
    (0.16, 0.17, 0.19),
    (0.52, 0.20, 0.18),
    (0.22, 0.34, 0.26),
    (0.75, 0.70, 0.55),
    (0.35, 0.45, 0.60),
    (0.68, 0.40, 0.44),
)
TROUSERS: tuple[Colour, ...] = (
    (0.17, 0.17, 0.18),
    (0.20, 0.22, 0.29),
    (0.30, 0.30, 0.31),
    (0.24, 0.30, 0.43),
    (0.45, 0.41, 0.34),
)
APRONS: tuple[Colour, ...] = (
    (0.86, 0.86, 0.84),
    (0.13, 0.13, 0.14),
    (0.20, 0.26, 0.44),
    (0.50, 0.12, 0.12),
    (0.24, 0.36, 0.28),
)
HELMETS: tuple[Colour, ...] = (
    (0.92, 0.72, 0.06),
    (0.90, 0.90, 0.88),
    (0.72, 0.09, 0.07),
    (0.10, 0.28, 0.62),
    (0.90, 0.42, 0.06),
)
VESTS: tuple[Colour, ...] = ((0.94, 0.44, 0.06), (0.76, 0.90, 0.10))
GLOVES: tuple[Colour, ...] = ((0.82, 0.86, 0.88), (0.25, 0.42, 0.72), (0.12, 0.12, 0.13))
MASKS: tuple[Colour, ...] = ((0.55, 0.74, 0.84), (0.90, 0.91, 0.91), (0.10, 0.10, 0.11))
NETS: tuple[Colour, ...] = ((0.62, 0.78, 0.88), (0.90, 0.91, 0.90), (0.60, 0.80, 0.66))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attire:
    """All that is worn. `gloves`, `apron`, `vest` are colours or None, `sleeves` the covered share of the forearm."""

    outfit: Outfit = Outfit.WHITE_COAT
    headwear: Headwear = Headwear.TOQUE
    mask: MaskWorn = MaskWorn.NONE
    apron: Colour | None = None
    gloves: Colour | None = None
    vest: Colour | None = None
    top: Colour = COATS[0]
    trousers: Colour = TROUSERS[0]
    hat: Colour = (0.92, 0.92, 0.90)
    mask_colour: Colour = MASKS[0]
    skin: Colour = SKINS[1]
    hair: Hair = Hair.SHORT
    hair_colour: Colour = HAIRS[0]
    sleeves: float = 0.9
    shoes: Colour = (0.12, 0.12, 0.12)
