"""One side of the exchange as a process of its own, to be killed.

`python -m tests.service.edge.processes centre FOLDER PORT` serves the ingest routes.
`python -m tests.service.edge.processes edge FOLDER URL TOKEN` sends what the database holds.
Both print "ready" when they have begun.
"""

import sys
import time
from pathlib import Path

from tests.service.edge.sides import CentreSide, EdgeSide


def main() -> None:
    side, folder, *rest = sys.argv[1:]
    if side == "centre":
        with CentreSide(Path(folder)).served(int(rest[0])):
            print("ready", flush=True)
            time.sleep(3600)
    else:
        edge = EdgeSide(Path(folder), url=rest[0], token=rest[1])
        print("ready", flush=True)
        edge.forwarder().start()
        time.sleep(3600)


if __name__ == "__main__":
    main()
