"""What the rules page is given: the catalogue as it is in service, its whole folder, and where numbers are tried."""

from contextlib import ExitStack
from pathlib import Path

from alerts.catalogue import SHIPPED, Catalogue, read_folder
from alerts.faults import Faults
from alerts.replay.trial_desk import TrialDesk
from api.services import RuleParts
from service.detection_log import FOLDER as LOG_FOLDER
from service.identity import new_id
from service.replay.trials import BOOK_FILE, ProcessTrials, TrialFile
from service.settings import ServiceSettings
from service.watch import utc_now


def rule_parts(settings: ServiceSettings, data: Path, catalogue: Catalogue, stack: ExitStack | None) -> RuleParts:
    """Starts what tries rules, and stops it with `stack`; without one nothing is tried here."""
    log_settings = settings.alerts.detection_log
    folder = read_folder(settings.alerts.catalogue or SHIPPED, Faults())
    trials = None
    if stack is not None:
        runner = ProcessTrials(
            data / LOG_FOLDER, catalogue, is_on=log_settings.is_on, limit_seconds=log_settings.trial_seconds
        )
        trials = TrialDesk(runner=runner, book=TrialFile(data / BOOK_FILE, utc_now), new_id=new_id, now=utc_now)
        trials.start()
        stack.callback(trials.stop)
    return RuleParts(catalogue=catalogue, folder=folder, trials=trials, longest_trial_days=log_settings.trial_days)
