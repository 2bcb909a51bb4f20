import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.association import Array, Expected, Pair, Seen, associate, place_overlaps
from detector.settings import TrackerSettings
from domain.geometry import overlaps

PLACES = arrays(np.float64, st.tuples(st.integers(0, 6), st.just(4)), elements=st.floats(0.01, 1.0))


def pairs(
    tracks: list[list[float]],
    detections: list[list[float]],
    *,
    sure: list[bool] | None = None,
    visible: list[bool] | None = None,
    unseen: float = 0.2,
    labels: tuple[list[str], list[str]] | None = None,
    settings: TrackerSettings | None = None,
) -> list[Pair]:
    track_labels, detection_labels = labels or (["rat"] * len(tracks), ["rat"] * len(detections))
    expected = Expected(
        places=np.array(tracks).reshape(-1, 4),
        labels=np.array(track_labels, dtype=np.str_),
        unseen_seconds=np.full(len(tracks), unseen),
        was_visible=np.array(visible or [True] * len(tracks), dtype=np.bool_),
    )
    seen = Seen(
        places=np.array(detections).reshape(-1, 4),
        labels=np.array(detection_labels, dtype=np.str_),
        is_sure=np.array(sure or [True] * len(detections), dtype=np.bool_),
    )
    return sorted(associate(expected, seen, settings or TrackerSettings()))


def at(x: float, size: float = 0.1) -> list[float]:
    return [x, 0.5, size, size]


def test_each_track_takes_the_box_that_overlaps_most() -> None:
    assert pairs([at(0.2), at(0.3)], [at(0.31), at(0.21)]) == [(0, 1), (1, 0)]


def test_labels_never_mix() -> None:
    assert pairs([at(0.2)], [at(0.2)], labels=(["rat"], ["cat"])) == []


def test_a_box_without_overlap_but_within_reach_continues_the_track() -> None:
    assert pairs([at(0.2)], [at(0.31)], unseen=0.2) == [(0, 0)]  # 0.78 diagonals; reach is 0.9


def test_reach_grows_with_the_time_unseen_up_to_its_maximum() -> None:
    assert pairs([at(0.2)], [at(0.5)], unseen=0.2) == []  # 2.1 diagonals
    assert pairs([at(0.2)], [at(0.5)], unseen=1.0) == [(0, 0)]
    assert pairs([at(0.2)], [at(0.8)], unseen=1.0) == []  # 4.2 diagonals: beyond the maximum of 3
    assert pairs([at(0.2)], [at(0.8)], unseen=100.0) == []


def test_a_box_of_quite_another_size_is_another_subject() -> None:
    assert pairs([at(0.2)], [at(0.36, size=0.21)], unseen=1.0) == []


def test_overlap_beats_nearness() -> None:
    # The second box is nearer to the first track than nothing, but the first box overlaps it.
    assert pairs([at(0.2)], [at(0.26), at(0.14, size=0.001)], unseen=1.0) == [(0, 0)]


def test_an_unsure_box_continues_a_track_seen_just_before() -> None:
    assert pairs([at(0.2)], [at(0.21)], sure=[False]) == [(0, 0)]


def test_an_unsure_box_does_not_bring_back_a_lost_track() -> None:
    assert pairs([at(0.2)], [at(0.21)], sure=[False], visible=[False]) == []


def test_an_unsure_box_reaches_nobody_by_distance() -> None:
    assert pairs([at(0.2)], [at(0.31)], sure=[False]) == []


def test_a_sure_box_comes_before_an_unsure_one_that_fits_better() -> None:
    assert pairs([at(0.2)], [at(0.2), at(0.23)], sure=[False, True]) == [(0, 1)]


@given(PLACES, PLACES, st.data())
def test_no_track_and_no_box_is_used_twice(tracks: Array, detections: Array, data: st.DataObject) -> None:
    sure = data.draw(st.lists(st.booleans(), min_size=len(detections), max_size=len(detections)))

    found = pairs(tracks.tolist(), detections.tolist(), sure=sure)

    assert len({track for track, _ in found}) == len({box for _, box in found}) == len(found)


@given(PLACES, PLACES)
def test_overlap_is_that_of_the_domain(first: Array, second: Array) -> None:
    def edges(places: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        low, high = places[:, :2] - places[:, 2:] / 2, places[:, :2] + places[:, 2:] / 2
        return np.concatenate([low, high], axis=1).astype(np.float32)

    assert np.allclose(place_overlaps(first, second), overlaps(edges(first), edges(second)), atol=1e-4)
