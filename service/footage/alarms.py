"""False alarms per hour of clips, label by label and code by code, and what really there was found. Pure part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from alerts.catalogue import Catalogue
from alerts.presence import PresenceRule
from detector.rates import NO_RATE, Rate
from service.footage.play import PlayedClip, RaisedAlert
from service.footage.truth import ClipTruth, Span

_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Stretches in which something was really there (`shown`), and how many of them were noticed."""

    shown: int = 0
    noticed: int = 0

    def plus(self, other: "Found") -> "Found":
        return Found(shown=self.shown + other.shown, noticed=self.noticed + other.noticed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAlarms:
    """One label: looks with a detection at its threshold, and confirmed tracks, where it was not there.

    `found` are stretches with a confirmed track.
    """

    label: str
    frames: Rate = NO_RATE
    tracks: Rate = NO_RATE
    found: Found = Found()

    def plus(self, other: "LabelAlarms") -> "LabelAlarms":
        return LabelAlarms(
            label=self.label,
            frames=self.frames.plus(other.frames),
            tracks=self.tracks.plus(other.tracks),
            found=self.found.plus(other.found),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAlarms:
    """One code: alerts where it was not broken. `silence` says why it can raise nothing, if that is so."""

    code: str
    alerts: Rate = NO_RATE
    found: Found = Found()
    silence: str = ""

    def plus(self, other: "CodeAlarms") -> "CodeAlarms":
        is_silent = bool(self.silence and other.silence)
        return CodeAlarms(
            code=self.code,
            alerts=self.alerts.plus(other.alerts),
            found=self.found.plus(other.found),
            silence=self.silence if is_silent else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAlert:
    """An alert, and whether it was false; None where what the clip shows of its code is not known."""

    alert: RaisedAlert
    is_false: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipAlarms:
    """One clip."""

    clip: PlayedClip
    alerts: tuple[JudgedAlert, ...]
    truth: ClipTruth
    labels: tuple[LabelAlarms, ...]
    codes: tuple[CodeAlarms, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """All clips; `labels` and `codes` are their sums. `faults` say of other clips why they could not be played."""

    clips: tuple[ClipAlarms, ...]
    labels: tuple[LabelAlarms, ...]
    codes: tuple[CodeAlarms, ...]
    uses_gate: bool
    faults: tuple[str, ...] = ()

    @property
    def hours(self) -> float:
        return sum(each.clip.seconds for each in self.clips) / _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What all clips are judged by: the catalogue, the rules that were run, and what the network can tell."""

    catalogue: Catalogue
    rules: Mapping[str, PresenceRule]
    labels: tuple[str, ...]


def clip_alarms(clip: PlayedClip, truth: ClipTruth, basis: Basis) -> ClipAlarms:
    """Compare one clip with what it really shows."""
    return ClipAlarms(
        clip=clip,
        alerts=tuple(JudgedAlert(alert=each, is_false=_is_false(each, truth, basis)) for each in clip.alerts),
        truth=truth,
        labels=tuple(_label(label, clip, truth, basis) for label in basis.labels),
        codes=tuple(_code(code, clip, truth, basis) for code in basis.catalogue.entries),
    )


def footage(clips: Sequence[ClipAlarms], *, uses_gate: bool, faults: Sequence[str] = ()) -> Footage:
    """Add up clips, of which there must be one at least."""
    return Footage(
        clips=tuple(clips),
        labels=tuple(reduce(LabelAlarms.plus, each) for each in zip(*(clip.labels for clip in clips), strict=True)),
        codes=tuple(reduce(CodeAlarms.plus, each) for each in zip(*(clip.codes for clip in clips), strict=True)),
        uses_gate=uses_gate,
        faults=tuple(faults),
    )


def _is_false(alert: RaisedAlert, truth: ClipTruth, basis: Basis) -> bool | None:
    if not truth.is_known(alert.code, basis.catalogue):
        return None
    return not _meets(_code_spans(alert.code, truth, basis), alert.confirmed, alert.confirmed)


def _code_spans(code: str, truth: ClipTruth, basis: Basis) -> list[Span]:
    return [each.widened(truth.tolerance_seconds) for each in truth.of_code(code, basis.catalogue)]


def _label(label: str, clip: PlayedClip, truth: ClipTruth, basis: Basis) -> LabelAlarms:
    if label in truth.not_known:
        return LabelAlarms(label=label)
    spans = [each.widened(truth.tolerance_seconds) for each in truth.of_label(label, basis.catalogue)]
    hours = quiet_seconds(clip.seconds, spans) / _HOUR
    tracks, moments = clip.sightings.tracks(label), clip.sightings.moments(label)
    noticed = sum(any(span.meets(each.confirmed, each.last) for each in tracks) for span in spans)
    return LabelAlarms(
        label=label,
        frames=Rate(count=sum(not _meets(spans, each, each) for each in moments), hours=hours),
        tracks=Rate(count=sum(not _meets(spans, each.first, each.last) for each in tracks), hours=hours),
        found=Found(shown=len(spans), noticed=noticed),
    )


def _code(code: str, clip: PlayedClip, truth: ClipTruth, basis: Basis) -> CodeAlarms:
    silence = _silence(code, clip, truth, basis)
    if silence:
        return CodeAlarms(code=code, silence=silence)
    spans = _code_spans(code, truth, basis)
    moments = [each.confirmed for each in clip.alerts if each.code == code]
    # Who was told of the first rat is not told of the second one for a while: it was noticed all the same.
    all_moments = [*moments, *(each.confirmed for each in clip.repeats if each.code == code)]
    return CodeAlarms(
        code=code,
        alerts=Rate(
            count=sum(not _meets(spans, each, each) for each in moments),
            hours=quiet_seconds(clip.seconds, spans) / _HOUR,
        ),
        found=Found(
            shown=len(spans), noticed=sum(any(span.meets(each, each) for each in all_moments) for span in spans)
        ),
    )


def _silence(code: str, clip: PlayedClip, truth: ClipTruth, basis: Basis) -> str:
    """Why a clip says nothing about a code, or nothing."""
    rule = basis.rules.get(code)
    if rule is None:
        is_device = code in basis.catalogue.device_codes
        other = "about the camera, of which a clip says nothing" if is_device else "not switched on"
        return basis.catalogue.entries[code].availability(basis.labels).reason_en or other
    if not truth.is_known(code, basis.catalogue):
        return "what the clips show of it is not known"
    if rule.zone_types and truth.zone not in rule.zone_types:
        return "needs a zone that no clip has"
    if truth.zone in rule.excluded_zone_types:
        return "not judged in the zones that the clips are"
    if clip.seconds <= rule.minimum_seconds:
        return f"must last {rule.minimum_seconds:g} s, longer than any clip"
    return ""


def _meets(spans: Iterable[Span], start: float, end: float) -> bool:
    return any(span.meets(start, end) for span in spans)


def quiet_seconds(seconds: float, spans: Sequence[Span]) -> float:
    """How much of a clip lies outside of all stretches."""
    quiet, reached = 0.0, 0.0
    for span in sorted(spans, key=lambda each: each.start):
        quiet += max(0.0, min(span.start, seconds) - reached)
        reached = max(reached, min(span.end, seconds))
    return quiet + max(0.0, seconds - reached)
