"""Promises of the tracker, told as films: who is seen where at which second."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.settings import TrackerSettings
from detector.tracker import Moment, TrackerState, advance
from domain.detection import Detection, Track
from domain.geometry import Box
from tests.support.pictures import EPOCH

THRESHOLDS = {"rodent": 0.5, "person": 0.4}
WIDE = 16 / 9


def seen(x: float, *, label: str = "rodent", confidence: float = 0.8, y: float = 0.5, size: float = 0.1) -> Detection:
    return Detection(
        label=label, confidence=confidence, box=Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
    )


def moment(seconds: float) -> Moment:
    return Moment(at=EPOCH + timedelta(seconds=seconds), clock=1000.0 + seconds, aspect=WIDE)


class Film:
    """Runs a tracker over frames."""

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self.state = TrackerState()
        self.settings = settings or TrackerSettings()
        self.tracks: tuple[Track, ...] = ()

    def frame(self, seconds: float, *detections: Detection) -> tuple[Track, ...]:
        self.state, self.tracks = advance(
            self.state, detections, moment(seconds), thresholds=THRESHOLDS, settings=self.settings
        )
        return self.tracks

    def frames(self, looks: Iterable[tuple[float, Sequence[Detection]]]) -> list[tuple[Track, ...]]:
        return [self.frame(seconds, *detections) for seconds, detections in looks]


def ids(tracks: Sequence[Track]) -> list[int]:
    return [track.track_id for track in tracks]


def test_a_rat_seen_once_is_not_confirmed() -> None:
    film = Film()
    film.frame(0.0, seen(0.2, confidence=0.99))

    assert not any(track.is_confirmed for looks in film.frames((n / 5, []) for n in range(1, 20)) for track in looks)


@pytest.mark.parametrize("sightings", [(0, 1, 2), (0, 2, 4), (0, 1, 3)], ids=["in a row", "every other", "one miss"])
def test_a_rat_seen_three_times_within_a_second_is_confirmed(sightings: tuple[int, ...]) -> None:
    film = Film()
    for number in range(5):
        film.frame(number / 5, *([seen(0.2 + 0.02 * number)] if number in sightings else []))
        if number == sightings[-1]:
            break

    (track,) = film.tracks
    assert track.is_confirmed
    assert track.hits == 3


def test_a_rat_seen_in_three_looks_of_ten_is_not_confirmed() -> None:
    film = Film()
    looks = film.frames((n / 5, [seen(0.2)] if n in {0, 5, 9} else []) for n in range(10))

    assert not any(track.is_confirmed for tracks in looks for track in tracks)


def test_unsure_looks_do_not_confirm() -> None:
    film = Film()
    film.frame(0.0, seen(0.2, confidence=0.51))
    film.frames((n / 5, [seen(0.2, confidence=0.3)]) for n in range(1, 10))

    (track,) = film.tracks
    assert track.hits == 10
    assert not track.is_confirmed
    assert track.score == pytest.approx(0.3)


def test_a_confirmed_track_stays_confirmed_while_it_is_missed() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.2)]) for n in range(10))
    film.frames((2.0 + n / 5, []) for n in range(9))

    (track,) = film.tracks
    assert track.is_confirmed
    assert not track.is_visible
    assert track.score == 0.0


def test_an_unsure_detection_starts_no_track() -> None:
    assert Film().frame(0.0, seen(0.2, confidence=0.49)) == ()


@pytest.mark.parametrize("fps", [1.0, 2.0, 5.0, 12.5, 30.0])
def test_a_walk_is_one_track_at_any_rate(fps: float) -> None:
    """A person of 0.1 x 0.3 crosses the picture in five seconds."""
    film = Film()
    count = int(5 * fps)
    for number in range(count):
        left = 0.05 + 0.8 * number / count
        box = Box(left, 0.3, left + 0.1, 0.6)
        film.frame(number / fps, Detection(label="person", confidence=0.8, box=box))

    (track,) = film.tracks
    assert track.track_id == 1
    assert track.hits == count
    assert track.is_confirmed


@given(st.lists(st.floats(0.03, 1.0), min_size=5, max_size=40))
def test_uneven_gaps_do_not_break_a_track(gaps: list[float]) -> None:
    film, clock = Film(), 0.0
    for gap in gaps:
        clock += gap
        film.frame(clock, seen(0.1 + 0.7 * clock / sum(gaps) if sum(gaps) > 10 else 0.1 + 0.05 * clock))

    assert ids(film.tracks) == [1]


def test_a_rat_that_hides_shortly_is_the_same_rat() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.2 + 0.02 * n)]) for n in range(10))
    film.frames((2.0 + n / 5, []) for n in range(6))
    (track,) = film.frame(3.2, seen(0.2 + 0.02 * 16))

    assert track.track_id == 1
    assert track.first_seen_clock == 1000.0
    assert track.is_visible


def test_after_the_lost_time_it_is_a_new_one() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.2)]) for n in range(5))
    film.frame(2.7)
    assert ids(film.tracks) == [1]  # 1.9 seconds after it was seen last
    film.frame(2.9)
    assert film.tracks == ()

    assert ids(film.frame(3.0, seen(0.2))) == [2]


def test_a_gap_without_frames_longer_than_the_lost_time_ends_all_tracks() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.2)]) for n in range(5))

    (track,) = film.frame(60.0, seen(0.2))

    assert track.track_id == 2
    assert track.first_seen_at == EPOCH + timedelta(seconds=60)


def test_a_lost_track_is_told_at_its_predicted_place() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.2 + 0.04 * n)]) for n in range(10))

    (track,) = film.frame(2.2)

    assert not track.is_visible
    assert track.box.center.x == pytest.approx(0.2 + 0.04 * 11, abs=0.02)
    assert track.last_seen_clock == pytest.approx(1001.8)


def test_a_track_that_walks_out_of_the_picture_ends() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.5 + 0.05 * n)]) for n in range(9))

    assert film.frame(1.8) != ()
    assert film.frame(2.6) == ()


def test_two_rats_that_pass_each_other_keep_their_ids() -> None:
    film = Film()
    for number in range(25):
        film.frame(number / 5, seen(0.2 + 0.02 * number, y=0.45), seen(0.7 - 0.02 * number, y=0.55))

    assert [(track.track_id, track.box.center.x > 0.5) for track in film.tracks] == [(1, True), (2, False)]


def test_ids_go_by_confidence_so_that_they_do_not_depend_on_the_order() -> None:
    boxes = [seen(0.2, confidence=0.6), seen(0.5, confidence=0.9), seen(0.8, confidence=0.7)]

    first, second = Film().frame(0.0, *boxes), Film().frame(0.0, *reversed(boxes))

    assert first == second
    assert [(track.track_id, track.confidence) for track in first] == [(1, 0.9), (2, 0.7), (3, 0.6)]


def test_labels_are_tracked_apart() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.2), seen(0.2, label="person")]) for n in range(5))

    assert sorted(track.label for track in film.tracks) == ["person", "rodent"]
    assert all(track.hits == 5 for track in film.tracks)


def test_a_label_that_flickers_settles_at_a_low_score() -> None:
    film = Film()
    looks = film.frames((n / 5, [seen(0.2, label=("rodent", "person")[n % 2])]) for n in range(30))

    # Each is seen in every other look: the median of ten looks lies between a sighting and a miss.
    settled = [track for tracks in looks[10:] for track in tracks]
    assert max(track.score for track in settled) <= 0.4


def test_a_thing_that_never_moves_has_not_travelled() -> None:
    film = Film()
    film.frames((n / 5, [seen(0.5 + 0.002 * (n % 2))]) for n in range(50))

    (track,) = film.tracks
    assert track.is_confirmed
    assert track.travelled < 0.1


def test_travel_is_told_in_body_lengths_and_kept_on_the_way_back() -> None:
    film = Film()
    steps = [*range(21), *range(19, -1, -1)]
    film.frames((n / 5, [seen(0.3 + 0.02 * step)]) for n, step in enumerate(steps))

    (track,) = film.tracks
    # 0.4 of a 16:9 picture, in diagonals of a box of 0.1 x 0.1 of it: 0.4 * 16 / hypot(1.6, 0.9)
    assert track.travelled == pytest.approx(0.4 * 16 / 1.8358, rel=0.05)


def test_emptying_forgets_tracks_but_never_gives_an_id_twice() -> None:
    film = Film()
    film.frame(0.0, seen(0.2), seen(0.7))
    film.state = film.state.emptied()

    assert ids(film.frame(0.2, seen(0.2))) == [3]


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_frame_that_is_not_newer_is_refused(seconds: float) -> None:
    film = Film()
    film.frame(0.0)

    with pytest.raises(ValueError, match="in order of time"):
        film.frame(seconds)


def test_a_label_without_threshold_is_refused() -> None:
    with pytest.raises(KeyError):
        Film().frame(0.0, seen(0.2, label="unicorn"))


@st.composite
def films(draw: st.DrawFn) -> list[tuple[float, list[Detection]]]:
    clock, frames = 0.0, []
    for _ in range(draw(st.integers(1, 15))):
        clock += draw(st.floats(0.01, 3.0))
        frames.append((clock, draw(st.lists(detections, max_size=5))))
    return frames


detections = st.builds(
    seen,
    st.floats(0.1, 0.9),
    label=st.sampled_from(list(THRESHOLDS)),
    confidence=st.floats(0.0, 1.0),
    y=st.floats(0.1, 0.9),
    size=st.floats(0.01, 0.2),
)


@given(films())
def test_whatever_is_seen_the_tracks_are_in_order(looks: list[tuple[float, list[Detection]]]) -> None:
    film, again = Film(), Film()
    highest = 0
    for seconds, boxes in looks:
        tracks = film.frame(seconds, *boxes)
        assert ids(tracks) == sorted(set(ids(tracks)))
        assert all(track.track_id <= highest or track.hits == 1 for track in tracks)
        highest = max([highest, *ids(tracks)])
        assert sum(track.is_visible for track in tracks) <= len(boxes)
        for track in tracks:
            assert 1000 + seconds - track.last_seen_clock <= film.settings.lost_seconds
            assert track.is_visible == (track.last_seen_clock == 1000 + seconds)
        assert again.frame(seconds, *boxes) == tracks
