"""What a replay judges by: a catalogue, the codes to look at, thresholds and zones. And what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.catalogue import Catalogue, load_catalogue
from alerts.catalogue_entry import AvailabilityState
from alerts.errors import AlertsError
from alerts.presence import PresenceRule
from alerts.replay.lines import CameraLine, LogLine, schedule, zone
from alerts.replay.tuning import NOTHING_TUNED, Tuning
from alerts.rules import CameraRules
from domain.ids import CameraId


class ReplayError(AlertsError):
    """What was asked for cannot be known from the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySetting:
    """One way to judge a log. `codes` are looked at on every camera; None: those that each camera asks for."""

    name: str
    catalogue: Catalogue
    tuning: Tuning = NOTHING_TUNED
    codes: frozenset[str] | None = None

    @property
    def tuned(self) -> Catalogue:
        return self.tuning.tuned(self.catalogue)

    def require_known(self, log: LogLine) -> None:
        """Raises ReplayError for a threshold below the one that the log was written with: less sure was left out."""
        for label, threshold in self.tuning.thresholds.items():
            kept = log.thresholds.get(label)
            if kept is None:
                known = ", ".join(sorted(log.thresholds)) or "none"
                raise ReplayError(f"threshold of {label}: expected a label of the log ({known}), found {label!r}")
            if threshold < kept:
                raise ReplayError(
                    f"threshold of {label}: expected at least {kept:g}, with which the log was written, "
                    f"found {threshold:g}"
                )

    def rules(self, camera: CameraLine, log: LogLine) -> CameraRules:
        """What a camera is judged by. Raises ReplayError for zones or hours that are none."""
        camera_id = CameraId(camera.camera_id)
        try:
            zones = self.tuning.zones_of(camera_id, camera.name)
            if zones is None:
                zones = tuple(zone(part, camera_id) for part in camera.zones)
            hours = schedule(camera.schedule)
        except ValueError as error:
            raise ReplayError(f"camera {camera.name}: {error}") from error
        return CameraRules(
            rules=self._rules(camera, frozenset(log.usable_labels)),
            zones=zones,
            schedule=hours,
            run=log.run,
            blind_after_seconds=log.blind_after_seconds,
        )

    def silent(self, camera: CameraLine, log: LogLine) -> Mapping[str, str]:
        """Codes that are asked for by name and cannot be judged on a camera, with the reason."""
        asked = self.codes if self.codes is not None else frozenset(camera.codes or ())
        usable, taught = frozenset(log.usable_labels), frozenset(camera.taught_codes)
        found = {}
        for code in sorted(asked):
            entry = self.catalogue.get(code)
            if entry is None:
                found[code] = "not a code of the catalogue"
            elif entry.device_rule is not None:
                found[code] = "about the camera as a device: no look tells"
            elif (answer := entry.availability(usable, taught)).state is AvailabilityState.NOT_AVAILABLE:
                found[code] = answer.reason_en
        return found

    def _rules(self, camera: CameraLine, usable: frozenset[str]) -> dict[str, PresenceRule]:
        codes = self.codes if self.codes is not None else camera.codes
        return self.tuned.rules_for(codes, usable, camera.taught_codes)


def shipped_setting(name: str = "as it is") -> ReplaySetting:
    """The shipped catalogue with its default profile."""
    return ReplaySetting(name=name, catalogue=load_catalogue())
