"""One side of the exchange as a process of its own, to be killed.

`python -m tests.service.edge.processes centre FOLDER PORT` serves the ingest routes.
`python -m tests.service.edge.processes edge FOLDER URL TOKEN` sends what the database holds.
Both print "ready" when they have begun.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from api.testing import FakeClock
from tests.service.edge.sides import CentreSide, EdgeSide


class RealClock(FakeClock):
    """The clocks of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def clock(self) -> float:
        return time.monotonic()


def main() -> None:
    side, folder, *rest = sys.argv[1:]
    if side == "centre":
        with CentreSide(Path(folder), clock=RealClock()).served(int(rest[0])):
            print("ready", flush=True)
            time.sleep(3600)
    else:
        edge = EdgeSide(Path(folder), clock=RealClock(), url=rest[0], token=rest[1])
        print("ready", flush=True)
        edge.forwarder().start()
        time.sleep(3600)


if __name__ == "__main__":
    main()
