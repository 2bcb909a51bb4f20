"""How long a year of ledgers takes to become figures: `python -m bench.credit [--enterprises 10000] [--processes 2]`.

Measured is what the recomputation does for each enterprise once its entries are in memory: a year of ledger B folded to
facts, the index with its interval, and the colour. Making the entries is not measured. Reading them from a database is
measured apart, on fewer enterprises, with `--database N`: as the service does it, many at once, and one at a time.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from api.passwords import Passwords
from api.settings import ApiSettings
from credit.colour import hold
from credit.fold import Gathered, facts_of, observed_sum, window_start
from credit.index import assess
from credit.index_desk import IndexDesk
from credit.ledger import SupervisionKind
from credit.profile_file import load_index_profile
from domain.ids import EnterpriseId
from service.demo.ledgers import ensure_demo_year
from service.demo.year import demo_year
from service.storage.credit_books import SqlCreditBooks

UNTIL = date(2026, 11, 20)


def _share(span: tuple[int, int, int]) -> tuple[float, float, int, int]:
    """Seconds on the clock and of the processor, entries and figures of the enterprises of one process."""
    first, last, distinct = span
    profile = load_index_profile()
    start = window_start(profile, UNTIL)
    firms = list(demo_year(min(distinct, last - first), until=UNTIL, seed=first))
    entries = figures = 0
    seconds = processor = 0.0
    for number in range(last - first):
        firm = firms[number % len(firms)]
        before, used = time.perf_counter(), time.process_time()
        gathered = Gathered(
            enterprise_id=firm.enterprise.enterprise_id,
            entries=tuple(each for each in firm.supervision if each.kind is not SupervisionKind.OBSERVED),
            observed=observed_sum(firm.supervision, start, UNTIL),
        )
        assessment = assess(facts_of(gathered, profile, UNTIL), profile)
        hold(None, assessment, profile)
        seconds += time.perf_counter() - before
        processor += time.process_time() - used
        entries += len(firm.supervision)
        figures += assessment.value is not None
    return seconds, processor, entries, figures


def recompute(enterprises: int, processes: int, distinct: int = 200) -> dict[str, float]:
    """`distinct` years are made for each process and gone through in turn, as 10,000 would not fit into the memory."""
    step = -(-enterprises // processes)
    spans = [(start, min(start + step, enterprises), distinct) for start in range(0, enterprises, step)]
    with ProcessPoolExecutor(processes) as pool:
        found = list(pool.map(_share, spans))
    return {
        "enterprises": enterprises,
        "processes": processes,
        "seconds": max(each[0] for each in found),
        "processor_seconds": max(each[1] for each in found),
        "entries": sum(each[2] for each in found),
        "with_a_number": sum(each[3] for each in found),
    }


def from_database(enterprises: int, rounds: int = 3) -> dict[str, float]:
    """Recomputations of enterprises that lie in SQLite, figures stored: medians of rounds, both ways in turn.

    Milliseconds for each enterprise, of the processor and on the clock.
    """
    from service.folder import DataFolder
    from service.memory import settle
    from service.settings import ServiceSettings
    from service.store import open_store

    with tempfile.TemporaryDirectory() as scratch:
        settings = ServiceSettings(data=Path(scratch) / "var")
        store = open_store(settings, DataFolder(settings.data))
        books = SqlCreditBooks(store.database)
        desk = IndexDesk(ledgers=books, snapshots=books, profile=load_index_profile(), now=lambda: datetime.now(UTC))
        passwords = Passwords(ApiSettings(password_memory_kib=8, password_iterations=1))
        before = time.perf_counter()
        ensure_demo_year(store, passwords, desk, count=enterprises, until=UNTIL, now=lambda: datetime.now(UTC))
        filled = time.perf_counter() - before
        ids, days = books.enterprises_with_entries(), (UNTIL + timedelta(days=number) for number in count(1))
        desk.record_all(ids, next(days))  # what is loaded late is loaded
        settle()
        many, single = [], []
        for _ in range(rounds):
            many.append(_spent(partial(desk.record_all, ids, next(days)), enterprises))
            single.append(_spent(partial(_one_by_one, desk, ids, next(days)), enterprises))
        store.database.close()
    return {
        "enterprises": enterprises,
        "seconds_to_fill": filled,
        "cpu_ms": median(each[0] for each in many),
        "clock_ms": median(each[1] for each in many),
        "single_cpu_ms": median(each[0] for each in single),
        "single_clock_ms": median(each[1] for each in single),
    }


def _one_by_one(desk: IndexDesk, ids: Sequence[EnterpriseId], day: date) -> None:
    for enterprise_id in ids:
        desk.record(enterprise_id, day)


def _spent(work: Callable[[], object], enterprises: int) -> tuple[float, float]:
    """Milliseconds of the processor and on the clock, for each enterprise."""
    before, used = time.perf_counter(), time.process_time()
    work()
    return (
        (time.process_time() - used) * 1000.0 / enterprises,
        (time.perf_counter() - before) * 1000.0 / enterprises,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enterprises", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--database", type=int, default=0, help="also from SQLite, for so many enterprises")
    wanted = parser.parse_args(arguments)
    found = recompute(wanted.enterprises, wanted.processes)
    print(
        f"{found['enterprises']:.0f} enterprises, {found['entries']:.0f} entries, {found['processes']:.0f} processes: "
        f"{found['seconds']:.1f} s, {found['processor_seconds']:.1f} s of each processor "
        f"({found['with_a_number']:.0f} have a number)"
    )
    if wanted.database:
        stored = from_database(wanted.database)
        print(
            f"from SQLite, ms for each of {stored['enterprises']:.0f} enterprises: "
            f"{stored['cpu_ms']:.1f} of the processor ("
            f"{stored['clock_ms']:.1f} on the clock), one at a time {stored['single_cpu_ms']:.1f}"
            f" ({stored['single_clock_ms']:.1f}); filled in {stored['seconds_to_fill']:.1f} s"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
