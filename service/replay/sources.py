"""What a replay reads: files and folders of detection logs, clips and folders of clips."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alerts.replay.files import log_files
from alerts.replay.lines import LOG_SUFFIX
from service.footage.truth import clips_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Logs in the order in which they are read, then clips."""

    logs: tuple[Path, ...]
    clips: tuple[Path, ...]


def sources_at(places: Iterable[Path]) -> Sources:
    """A folder with logs is read as logs, any other one as clips. Raises NoClipError where there is neither."""
    logs: list[Path] = []
    clips: list[Path] = []
    for place in places:
        inside = log_files(place) if place.is_dir() else []
        if inside:
            logs += inside
        elif place.suffix == LOG_SUFFIX and place.is_file():
            logs.append(place)
        else:
            clips += clips_at([place])
    return Sources(logs=tuple(dict.fromkeys(logs)), clips=tuple(dict.fromkeys(clips)))
