"""Names of China's administrative divisions by their digits: two name a province, four a city, six a county.

The table `divisions.csv` holds the codes of the National Bureau of Statistics as of 2023-06-30 (统计用区划代码,
published 2023-09-11; digits after GB/T 2260), as china-division 2.7.0 (MIT) carries them; Taiwan, Hong Kong and Macao
by their first two digits alone. Divisions change every year: digits that are not in the table keep their digits.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEVELS = (2, 4, 6)
_TABLE = Path(__file__).parent / "divisions.csv"
# What stands at the place of a city where a province has counties of its own, and is no name that people say.
_NO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@dataclass(frozen=True, slots=True)
class Divisions:
    """A table of names. `table` goes from two, four or six digits to the division's own name, in order of digits."""

    table: Mapping[str, str]

    def path(self, digits: str) -> tuple[str, ...]:
        """The names that lead to a division, the province's first; as far as they are known, so perhaps none."""
        names: list[str] = []
        for length in LEVELS:
            name = self.table.get(digits[:length]) if length <= len(digits) else None
            if name is not None and name not in _NO_NAMES and name not in names:
                names.append(name)
        return tuple(names)

    def spoken(self, digits: str) -> str:
        """As people say it, 浙江省杭州市西湖区; with the digits where the last of them has no name here."""
        names = "".join(self.path(digits))
        return names if digits in self.table else f"{names} {digits}".strip()


@cache
def load_divisions() -> Divisions:
    """The shipped table. Any thread."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return Divisions({row["digits"]: row["name"] for row in csv.DictReader(file)})
