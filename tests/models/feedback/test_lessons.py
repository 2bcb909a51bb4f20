from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from alerts.exhibits import FACE_LABELS as MASKED_IN_STILLS
from detector.faces import FACE_LABELS, HEAD_LABELS
from domain.geometry import Box
from models.data.records import LabelledBox
from models.feedback.lessons import MASKED_LABELS, Judgement, Verdict, is_dismissed, lesson

RAT, FAR = Box(0.1, 0.1, 0.2, 0.2), Box(0.6, 0.6, 0.7, 0.7)


def thing(label: str = "rodent", box: Box = RAT) -> LabelledBox:
    return LabelledBox(label=label, box=box)


def said(verdict: Verdict, *things: LabelledBox, subjects: frozenset[str] | None = None) -> Judgement:
    return Judgement(
        verdict=verdict,
        sightings=things,
        subjects=frozenset(each.label for each in things) if subjects is None else subjects,
    )


def confirmed(*things: LabelledBox) -> Judgement:
    return said(Verdict.CONFIRMED, *things)


def dismissed(*things: LabelledBox) -> Judgement:
    return said(Verdict.DISMISSED, *things)


def test_a_confirmed_rat_is_a_box_and_the_only_rat_of_the_picture() -> None:
    found = lesson([confirmed(thing())], [thing(), thing("person", FAR)])

    assert found is not None
    assert found.boxes == (thing(),)
    assert found.labelled == {"rodent"}
    assert found.source == "confirmed_rodent"


def test_a_dismissed_rat_says_that_there_is_none() -> None:
    found = lesson([dismissed(thing())], [thing()])

    assert found is not None
    assert found.boxes == ()
    assert found.labelled == {"rodent"}
    assert found.source == "dismissed_rodent"
    assert is_dismissed(found.source)


def test_another_rat_that_nobody_judged_leaves_the_rest_of_the_picture_open() -> None:
    found = lesson([confirmed(thing())], [thing(), thing(box=FAR)])

    assert found is not None
    assert found.boxes == (thing(),)
    assert found.labelled == frozenset()
    assert found.source == "confirmed_rodent_open"


def test_a_dismissed_rat_beside_one_that_nobody_judged_teaches_nothing() -> None:
    assert lesson([dismissed(thing())], [thing(), thing(box=FAR)]) is None


def test_one_confirmed_and_one_dismissed_rat_of_a_picture_are_both_heeded() -> None:
    found = lesson([confirmed(thing()), dismissed(thing(box=FAR))], [thing(), thing(box=FAR)])

    assert found is not None
    assert found.boxes == (thing(),)
    assert found.labelled == {"rodent"}
    assert not is_dismissed(found.source)


def test_where_people_disagree_nothing_is_taught() -> None:
    assert lesson([confirmed(thing()), dismissed(thing())], [thing()]) is None


def test_a_confirmed_cat_and_a_dismissed_rat_make_a_source_of_their_own() -> None:
    found = lesson([confirmed(thing("cat")), dismissed(thing("rodent", FAR))], [])

    assert found is not None
    assert found.labelled == {"cat", "rodent"}
    assert found.source == "confirmed_cat_dismissed_rodent"
    assert not is_dismissed(found.source)


def test_the_person_beside_a_dismissed_phone_is_not_dismissed() -> None:
    person = thing("person", FAR)
    phone = frozenset({"phone"})

    no = lesson([said(Verdict.DISMISSED, thing("phone"), person, subjects=phone)], [thing("phone"), person])
    yes = lesson([said(Verdict.CONFIRMED, thing("phone"), person, subjects=phone)], [thing("phone"), person])

    assert no is not None
    assert (no.source, no.labelled) == ("dismissed_phone", frozenset({"phone"}))
    assert yes is not None
    assert yes.labelled == {"phone", "person"}


def test_what_is_masked_in_stills_is_never_taught() -> None:
    assert FACE_LABELS | HEAD_LABELS | MASKED_IN_STILLS <= MASKED_LABELS
    assert lesson([confirmed(thing("face_unmasked")), dismissed(thing("cigarette"))], []) is None


EDGES = st.sampled_from([0.0, 0.2, 0.4, 0.6])
THINGS = st.builds(
    lambda label, left, top: thing(label, Box(left, top, left + 0.2, top + 0.2)),
    st.sampled_from(["rodent", "cat", "fire", "face_masked", "helmet"]),
    EDGES,
    EDGES,
)
JUDGEMENTS = st.lists(
    st.builds(lambda verdict, things: said(verdict, *things), st.sampled_from(Verdict), st.lists(THINGS, max_size=3)),
    max_size=4,
)


@given(JUDGEMENTS, st.lists(THINGS, max_size=5))
def test_only_confirmed_boxes_of_visible_labels_are_taught(
    judgements: Sequence[Judgement], reported: Sequence[LabelledBox]
) -> None:
    found = lesson(judgements, reported)

    if found is not None:
        agreed = [each for j in judgements if j.verdict is Verdict.CONFIRMED for each in j.sightings]
        assert all(box in agreed for box in found.boxes)
        assert not MASKED_LABELS & (found.labelled | {box.label for box in found.boxes})
        judged = {each.label for j in judgements for each in j.sightings}
        assert found.labelled <= judged  # of what nobody was asked about nothing is taught


@given(JUDGEMENTS, st.lists(THINGS, max_size=5), st.randoms())
def test_the_order_of_alerts_makes_no_difference(
    judgements: list[Judgement], reported: list[LabelledBox], random: st.DataObject
) -> None:
    before = lesson(judgements, reported)
    random.shuffle(judgements)  # type: ignore[attr-defined]
    random.shuffle(reported)  # type: ignore[attr-defined]

    assert lesson(judgements, reported) == before


@given(JUDGEMENTS, st.lists(THINGS, max_size=5), THINGS)
def test_more_that_nobody_judged_never_makes_more_labels_count(
    judgements: Sequence[Judgement], reported: list[LabelledBox], more: LabelledBox
) -> None:
    before, after = lesson(judgements, reported), lesson(judgements, [*reported, more])

    assert (after.labelled if after else frozenset()) <= (before.labelled if before else frozenset())


@given(JUDGEMENTS, st.lists(THINGS, max_size=5))
def test_pictures_of_one_source_are_labelled_for_the_same_labels(
    judgements: Sequence[Judgement], reported: Sequence[LabelledBox]
) -> None:
    found = lesson(judgements, reported)

    if found is not None:
        head, _, undecided = found.source.partition("_open")
        shown = {box.label for box in found.boxes}
        assert all(label in head for label in shown | found.labelled)
        assert ("_open" in found.source) == bool(shown - found.labelled)
        assert all(label in undecided for label in shown - found.labelled) or not shown & found.labelled
