from datetime import timedelta

import pytest

from alerts.life import advance
from alerts.ports import VerdictCount
from alerts.precision import Share, agreements, by_code, by_code_and_camera
from domain.alert import AlertStep
from domain.ids import CameraId
from tests.alerts.lives import CLASS_I, DISPUTED, LI, WANG, ZHAO, lived, move, taken

S = AlertStep


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Published examples: 81 of 263 (Newcombe 1998, table I, method 3), 15 of 148, 0 of 20, 1 of 29.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    interval = Share(hits=hits, total=total).interval
    assert interval is not None
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_of_nothing_nothing_is_said() -> None:
    nothing = Share(hits=0, total=0)
    assert (nothing.value, nothing.interval) == (None, None)


def count(code: str, camera: str, confirmed: int, dismissed: int, unclear: int) -> VerdictCount:
    return VerdictCount(
        code=code, camera_id=CameraId(camera), confirmed=confirmed, dismissed=dismissed, unclear=unclear
    )


def test_precision_is_of_what_could_be_judged_by_code_and_by_camera() -> None:
    counts = [count("a.a", "c-1", 3, 1, 2), count("a.a", "c-2", 0, 4, 0), count("b.b", "c-1", 0, 0, 5)]
    assert [(one.code, one.share.hits, one.share.total, one.unclear) for one in by_code(counts)] == [
        ("a.a", 3, 8, 2),
        ("b.b", 0, 0, 5),
    ]
    assert [(one.code, one.camera_id, one.share.value) for one in by_code_and_camera(counts)] == [
        ("a.a", "c-1", 0.75),
        ("a.a", "c-2", 0.0),
        ("b.b", "c-1", None),
    ]


def test_reviewers_are_compared_with_each_other_and_with_decisions_and_with_nothing_else() -> None:
    same = taken(lived(1), (S.CONFIRMED, LI), (S.CONFIRMED, WANG), terms=CLASS_I)
    differing = taken(lived(2), (S.CONFIRMED, LI), (S.DISMISSED, WANG), (S.CONFIRMED, ZHAO), terms=CLASS_I)
    waiting = taken(lived(3), (S.CONFIRMED, LI), terms=CLASS_I)
    overturned = taken(lived(4), *DISPUTED, (S.DISMISSED, ZHAO))
    open_dispute = taken(lived(5), *DISPUTED)
    alone = taken(lived(6), (S.CONFIRMED, LI))

    found = {one.reviewer_id: one for one in agreements([same, differing, waiting, overturned, open_dispute, alone])}

    assert {name: (one.second_reviews.hits, one.second_reviews.total) for name, one in found.items()} == {
        LI: (1, 2),
        WANG: (1, 2),
    }
    assert (found[LI].disputes.hits, found[LI].disputes.total, found[WANG].disputes.total) == (0, 1, 0)


def test_both_reviewers_of_a_disputed_verdict_are_compared_with_the_decision() -> None:
    way = ((S.CONFIRMED, LI), (S.CONFIRMED, WANG), (S.NOTIFIED, LI))
    notified = taken(lived(), *way, terms=CLASS_I)
    disputed = advance(notified, move(S.DISPUTED, ZHAO, minutes=60), CLASS_I).alert
    upheld = taken(disputed, (S.CONFIRMED, type(LI)("reviewer-chen")), terms=CLASS_I, minutes=90)
    assert upheld.updated_at - notified.updated_at > timedelta()
    assert [(one.disputes.hits, one.disputes.total) for one in agreements([upheld])] == [(1, 1), (1, 1)]
