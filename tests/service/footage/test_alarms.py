from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from detector.sightings import LabelSightings
from domain.detection import Detection, ModelReference, Observation, Track
from domain.frame import Frame
from domain.geometry import Box
from domain.ids import CameraId
from domain.zone import ZoneType
from service.footage.alarms import Basis, ClipAlarms, CodeAlarms, clip_alarms, footage, quiet_seconds
from service.footage.play import PlayedClip, RaisedAlert
from service.footage.report import document, lines, sections
from service.footage.truth import ClipTruth, Shown, Span
from tests.detector.drawn import drawn_kitchen

CATALOGUE = load_catalogue()
LABELS = ("person", "face_masked", "face_unmasked", "rodent", "cat", "dog", "bin_overflowing")
BASIS = Basis(catalogue=CATALOGUE, rules=CATALOGUE.rules_for(list(CATALOGUE.entries), LABELS), labels=LABELS)
AT = datetime(2026, 1, 1, tzinfo=UTC)
BOX = Box(0.1, 0.1, 0.2, 0.2)


def sightings(label: str, seconds: list[float], track_id: int = 1) -> LabelSightings:
    """One track, seen and confirmed at each of these seconds."""
    found = LabelSightings()
    frame = Frame(camera_id=CameraId("c"), sequence=1, captured_at=AT, clock=0.0, picture=drawn_kitchen())
    for number, second in enumerate(seconds):
        track = Track(
            track_id=track_id,
            label=label,
            box=BOX,
            confidence=0.9,
            score=0.9,
            first_seen_at=AT,
            first_seen_clock=seconds[0],
            last_seen_clock=second,
            hits=number + 1,
            travelled=0.0,
            is_confirmed=True,
            is_visible=True,
        )
        observation = Observation(
            camera_id=CameraId("c"),
            sequence=number + 1,
            captured_at=AT,
            clock=second,
            detections=(Detection(label=label, confidence=0.9, box=BOX),),
            tracks=(track,),
            model=ModelReference(name="n", version="1", sha256="0" * 64),
            width_px=100,
            height_px=100,
        )
        found.observe(observation, frame)
    return found


def clip(
    seen: LabelSightings | None = None,
    alerts: list[tuple[str, float]] | None = None,
    *,
    seconds: float = 360.0,
    repeats: list[tuple[str, float]] | None = None,
) -> PlayedClip:
    def raised(given: list[tuple[str, float]] | None) -> tuple[RaisedAlert, ...]:
        return tuple(RaisedAlert(code=code, started=at, confirmed=at) for code, at in given or [])

    return PlayedClip(
        path=Path("cellar.mp4"),
        seconds=seconds,
        frames=100,
        looks=80,
        not_judged=0,
        refused=0,
        sightings=seen or LabelSightings(),
        alerts=raised(alerts),
        repeats=raised(repeats),
    )


def rat(start: float, end: float) -> ClipTruth:
    return ClipTruth(shown=(Shown(span=Span(start=start, end=end), label="rodent"),), tolerance_seconds=1.0)


def code(found: ClipAlarms, name: str) -> CodeAlarms:
    return next(each for each in found.codes if each.code == name)


def test_an_alert_on_a_clip_that_shows_nothing_is_false() -> None:
    found = clip_alarms(clip(sightings("rodent", [3.0, 4.0]), [("pest.rodent", 4.0)]), ClipTruth(), BASIS)

    label = next(each for each in found.labels if each.label == "rodent")
    assert (label.frames.count, label.tracks.count) == (2, 1)
    assert label.frames.hours == pytest.approx(0.1)
    assert (code(found, "pest.rodent").alerts.count, code(found, "pest.rodent").alerts.per_hour) == (1, 10.0)
    assert [each.is_false for each in found.alerts] == [True]


def test_what_is_really_there_is_no_false_alarm_and_its_time_does_not_count() -> None:
    played = clip(sightings("rodent", [103.0, 104.0]), [("pest.rodent", 104.0), ("pest.rodent", 300.0)])

    found = clip_alarms(played, rat(100.0, 120.0), BASIS)

    label = next(each for each in found.labels if each.label == "rodent")
    assert (label.frames.count, label.tracks.count, label.found.noticed) == (0, 0, 1)
    assert label.frames.hours == pytest.approx((360 - 22) / 3600)
    rodents = code(found, "pest.rodent")
    assert (rodents.alerts.count, rodents.found.shown, rodents.found.noticed) == (1, 1, 1)
    assert [each.is_false for each in found.alerts] == [False, True]


def test_a_repeat_in_the_quiet_time_was_noticed() -> None:
    played = clip(alerts=[("pest.rodent", 12.0)], repeats=[("pest.rodent", 55.0)])
    truth = ClipTruth(shown=(*rat(10.0, 20.0).shown, *rat(50.0, 60.0).shown, *rat(200.0, 210.0).shown))

    rodents = code(clip_alarms(played, truth, BASIS), "pest.rodent")

    assert (rodents.found.shown, rodents.found.noticed, rodents.alerts.count) == (3, 2, 0)


def test_what_is_not_known_counts_nowhere() -> None:
    truth = ClipTruth(not_known=frozenset({"rodent"}))

    found = clip_alarms(clip(sightings("rodent", [3.0]), [("pest.rodent", 4.0)]), truth, BASIS)

    assert next(each for each in found.labels if each.label == "rodent").frames.hours == 0.0
    assert code(found, "pest.rodent").silence == "what the clips show of it is not known"
    assert [each.is_false for each in found.alerts] == [None]


@pytest.mark.parametrize(
    ("name", "zone", "silence"),
    [
        ("bin.overflow", None, "must last 900 s, longer than any clip"),
        ("mask.special_room", None, "needs a zone that no clip has"),
        ("mask.special_room", ZoneType.SPECIAL_ROOM, ""),
        ("mask.general", ZoneType.SPECIAL_ROOM, "not judged in the zones that the clips are"),
        ("fire.flame_smoke", None, "the network does not see this well enough: fire, smoke"),
        ("uniform.no_hat", None, "the network does not see this well enough: headwear"),
        ("pest.rodent", None, ""),
    ],
)
def test_a_code_that_cannot_alert_says_why_instead_of_zero(name: str, zone: ZoneType | None, silence: str) -> None:
    found = code(clip_alarms(clip(), ClipTruth(zone=zone), BASIS), name)

    assert found.silence == silence
    assert (found.alerts.hours > 0) == (silence == "")


def test_clips_are_added_up() -> None:
    first = clip_alarms(clip(alerts=[("pest.rodent", 4.0)]), ClipTruth(), BASIS)
    second = clip_alarms(clip(seconds=1200.0), ClipTruth(), BASIS)

    found = footage([first, second], uses_gate=True, faults=["gone.mp4: the file is cut off"])

    codes = {each.code: each for each in found.codes}
    assert found.hours == pytest.approx(1560 / 3600)
    assert codes["pest.rodent"].alerts.count == 1
    assert codes["pest.rodent"].alerts.hours == pytest.approx(1560 / 3600)
    assert codes["bin.overflow"].silence == ""  # the second clip is long enough
    assert codes["bin.overflow"].alerts.hours == pytest.approx(1200 / 3600)
    said = document(found)
    assert said["codes"]["pest.rodent"]["alerts"]["interval"][0] == pytest.approx(0.0584, abs=1e-3)
    assert said["clips"][0]["alerts"] == [{"code": "pest.rodent", "started": 4.0, "confirmed": 4.0, "false": True}]
    assert said["passed_over"] == ["gone.mp4: the file is cut off"]
    text = "\n".join(lines(found))
    assert "alert pest.rodent at 4.0 s: false" in text
    assert [section.title for section in sections(found, CATALOGUE)] == [
        *["Video: alerts by risk code", "Video: labels", "Video: clip by clip"]
    ]


@pytest.mark.parametrize(
    ("spans", "quiet"),
    [
        ([], 100.0),
        ([(0.0, float("inf"))], 0.0),
        ([(-5.0, 10.0), (5.0, 20.0)], 80.0),
        ([(50.0, 60.0), (10.0, 20.0)], 80.0),
        ([(90.0, 130.0)], 90.0),
        ([(150.0, 160.0)], 100.0),
    ],
)
def test_the_quiet_time_is_what_no_stretch_covers(spans: list[tuple[float, float]], quiet: float) -> None:
    assert quiet_seconds(100.0, [Span(start=start, end=end) for start, end in spans]) == quiet
