"""The letters of reports: a part of Noto Sans SC that goes with the package, so that no machine needs fonts.

It holds Latin letters, signs and all 20,902 characters of GBK (names of firms use rare ones). SIL Open Font License,
beside it in `fonts/OFL.txt`. A report embeds only the characters that it uses.
"""

import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

FAMILY = "noto-sans-sc"


@contextmanager
def font_file() -> Iterator[Path]:
    """The font as a file, which the library of PDF wants; it is gone afterwards."""
    packed = resources.files("credit.reporting").joinpath("fonts", f"{FAMILY}.ttf.xz").read_bytes()
    with TemporaryDirectory(prefix="brightkitchen-font-") as folder:
        path = Path(folder) / f"{FAMILY}.ttf"
        path.write_bytes(lzma.decompress(packed))
        yield path
