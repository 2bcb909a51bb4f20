"""A process that records alert after alert until it is killed; prints one line after each that is stored.

python -m tests.service.storage.crash_writer <database address> <first number>
"""

import sys
from itertools import count

from domain.alert import AlertState, AlertStep, EvidenceKind
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from tests.alerts.samples import next_alert, sample_alert, sample_evidence, sample_message, sample_step


def main() -> None:
    journal = SqlAlertJournal(Database(sys.argv[1]))
    for number in count(int(sys.argv[2])):
        pieces = (sample_evidence(2 * number), sample_evidence(2 * number + 1, kind=EvidenceKind.BOXES))
        alert = sample_alert(number, evidence=pieces)
        journal.record(alert, sample_step(alert), [sample_message(alert)], 0)
        print(number, flush=True)
        later = next_alert(alert, state=AlertState.ACKNOWLEDGED)
        journal.record(later, sample_step(later, AlertStep.ACKNOWLEDGED), [sample_message(later)], 1)


if __name__ == "__main__":
    main()
