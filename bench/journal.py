"""What a stored alert costs: alert, step, two pieces of evidence and a message in one transaction.

    python bench/journal.py [--seconds 3] [--folder .] [--threads 1 4] [--url postgresql://...]

SQLite is measured with synchronous=FULL (what the service uses: a power cut loses nothing that was
acknowledged) and with NORMAL, in turns, so that a noisy neighbour falls on both. `fsync` is the disk's own
pace: so many times a second it takes 4 KiB and says that they are safe.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

import structlog

from domain.alert import EvidenceKind
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.migrate import upgrade
from service.storage.settings import DatabaseSettings
from tests.alerts.samples import sample_alert, sample_evidence, sample_message, sample_step

ROUNDS = 3
numbers = count(1)


@dataclass
class Figures:
    commits_per_second: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def record_one(journal: SqlAlertJournal) -> float:
    number = next(numbers)
    pieces = (sample_evidence(2 * number), sample_evidence(2 * number + 1, kind=EvidenceKind.BOXES))
    alert = sample_alert(number, evidence=pieces)
    start = time.perf_counter()
    journal.record(alert, sample_step(alert), [sample_message(alert)], 0)
    return (time.perf_counter() - start) * 1000


def measure(database: Database, seconds: float, threads: int, figures: Figures) -> None:
    journal = SqlAlertJournal(database)
    deadline = time.perf_counter() + seconds
    taken: list[list[float]] = [[] for _ in range(threads)]

    def write(mine: list[float]) -> None:
        while time.perf_counter() < deadline:
            mine.append(record_one(journal))

    start = time.perf_counter()
    workers = [threading.Thread(target=write, args=(mine,)) for mine in taken]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    figures.commits_per_second.append(sum(map(len, taken)) / (time.perf_counter() - start))
    figures.milliseconds.extend(each for mine in taken for each in mine)


def fsyncs_per_second(folder: Path, seconds: float) -> float:
    path = folder / "fsync"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    deadline, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < deadline:
        os.pwrite(descriptor, bytes(4096), 4096 * (done % 256))
        os.fdatasync(descriptor)
        done += 1
    os.close(descriptor)
    path.unlink()
    return done / seconds


def show(name: str, figures: Figures) -> None:
    cuts = statistics.quantiles(figures.milliseconds, n=100)
    rates = ", ".join(f"{rate:.0f}" for rate in figures.commits_per_second)
    print(
        f"{name:<28} {statistics.median(figures.commits_per_second):6.0f} records/s (rounds: {rates}); "
        f"ms p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, p99 {cuts[98]:.2f}"
    )


def compare_sqlite(folder: Path, seconds: float, threads: int) -> None:
    modes: tuple[Literal["FULL", "NORMAL"], ...] = ("FULL", "NORMAL")
    figures = {mode: Figures() for mode in modes}
    for turn in range(ROUNDS):
        for mode in modes:
            settings = DatabaseSettings(sqlite_synchronous=mode)
            database = Database(f"sqlite:///{folder}/{mode}{threads}{turn}.db", settings)
            upgrade(database)
            measure(database, seconds, threads, figures[mode])
            database.close()
    for mode in modes:
        show(f"sqlite {mode}, {threads} threads", figures[mode])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--folder", type=Path, default=Path("bench/out"))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--url", help="measure this database instead; it must be empty")
    arguments = parser.parse_args()
    structlog.configure(processors=[lambda *_: (_ for _ in ()).throw(structlog.DropEvent())])
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        print(f"fsync of 4 KiB: {fsyncs_per_second(Path(folder), 1.0):.0f}/s")
        for threads in arguments.threads:
            if arguments.url is None:
                compare_sqlite(Path(folder), arguments.seconds, threads)
                continue
            figures, database = Figures(), Database(arguments.url)
            upgrade(database)
            for _ in range(ROUNDS):
                measure(database, arguments.seconds, threads, figures)
            show(f"postgresql, {threads} threads", figures)
            database.close()


if __name__ == "__main__":
    main()
