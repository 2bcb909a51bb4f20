from streams.selection import Look, Selection, Verdict


def verdicts(looks: list[tuple[float, str]], fps: float = 5.0, hold_seconds: float = 10.0) -> list[Verdict]:
    """Looks as (clock, kind), kind one of "key", "plain", "corrupt", "lost"."""
    selection = Selection.at(fps, hold_seconds=hold_seconds)
    found = []
    for clock, kind in looks:
        selection = selection.arrived(clock)
        if kind == "lost":
            selection = selection.damaged(clock)
            continue
        look = Look(clock=clock, is_keyframe=kind == "key", is_corrupt=kind == "corrupt")
        selection, verdict = selection.judged(look)
        found.append(verdict)
    return found


D, N, C = Verdict.DUE, Verdict.NOT_DUE, Verdict.CORRUPT


def test_pictures_between_the_due_instants_are_passed_over() -> None:
    looks = [(i / 15, "key" if i == 0 else "plain") for i in range(7)]
    assert verdicts(looks) == [D, N, N, D, N, N, D]


def test_a_damaged_picture_is_never_handed_on_nor_what_builds_on_it() -> None:
    looks = [(0.0, "key"), (0.2, "corrupt"), (0.4, "plain"), (0.6, "key"), (0.8, "plain")]
    assert verdicts(looks) == [D, C, C, D, D]


def test_a_lost_packet_taints_what_follows_until_a_keyframe() -> None:
    looks = [(0.0, "key"), (0.2, "lost"), (0.4, "plain"), (0.6, "key")]
    assert verdicts(looks) == [D, C, D]


def test_a_damaged_keyframe_heals_nothing() -> None:
    assert verdicts([(0.0, "key"), (0.2, "corrupt"), (0.4, "corrupt"), (0.6, "plain")]) == [D, C, C, C]


def test_a_stream_without_keyframes_comes_back_after_the_hold_time() -> None:
    looks = [(0.0, "key"), (0.2, "corrupt"), (1.0, "plain"), (1.4, "plain")]
    assert verdicts(looks, hold_seconds=1.0) == [D, C, C, D]


def test_a_damaged_picture_does_not_use_up_the_due_instant() -> None:
    looks = [(0.0, "key"), (0.2, "corrupt"), (0.26, "key")]
    assert verdicts(looks) == [D, C, D]


def test_another_rate_begins_a_new_grid_and_the_same_rate_does_not() -> None:
    selection = Selection.at(5.0, hold_seconds=1.0)
    assert selection.at_rate(5.0) is selection
    assert selection.at_rate(1.0).cadence.step_seconds == 1.0


def test_a_picture_that_is_insisted_on_is_handed_on_and_leaves_the_grid_as_it_was() -> None:
    selection, found = Selection.at(5.0, hold_seconds=1.0), []
    for number in range(13):
        clock = number / 10
        selection = selection.arrived(clock)
        if number == 5:
            selection = selection.insisting()
        selection, verdict = selection.judged(Look(clock=clock, is_keyframe=number == 0, is_corrupt=False))
        found.append((number, verdict))
    assert [number for number, verdict in found if verdict is D] == [0, 2, 4, 5, 6, 8, 10, 12]


def test_what_is_insisted_on_is_the_next_sound_picture() -> None:
    selection = Selection.at(5.0, hold_seconds=10.0)
    looks = [(0.0, True, False), (0.1, False, True), (0.12, True, False), (0.13, False, False)]
    found = []
    for clock, is_keyframe, is_corrupt in looks:
        selection = selection.arrived(clock)
        if clock == 0.1:
            selection = selection.insisting()
        selection, verdict = selection.judged(Look(clock=clock, is_keyframe=is_keyframe, is_corrupt=is_corrupt))
        found.append(verdict)
    assert found == [D, C, D, N]
