"""`python -m migrations "what changes"`: write the next file of `versions` from the difference to the tables."""

import sys
import tempfile
from pathlib import Path

from service.storage.database import Database
from service.storage.migrate import upgrade, write_revision

_VERSIONS = Path(__file__).parent / "versions"


def main() -> int:
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    number = 1 + max((int(path.name[:4]) for path in _VERSIONS.glob("[0-9]*.py")), default=0)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        if number > 1:
            upgrade(database)
        write_revision(database, sys.argv[1], f"{number:04d}")
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
