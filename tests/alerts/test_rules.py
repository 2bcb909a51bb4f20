"""The rules of one camera, with the numbers that are shipped unless a test is about others."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.catalogue import load_catalogue
from alerts.judgement import DoubtCause
from alerts.presence import ActiveWhen, PresenceRule, SubjectKind
from alerts.rules import RULE_ASLEEP_NOTE, CameraRules, RulesState, advance, fitted
from alerts.taking_up import taken_up
from domain.geometry import Box
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Source
from domain.schedule import DailyHours, OpenHours, Schedule
from domain.zone import ZoneType
from tests.alerts.samples import EPOCH, ended_alert, sample_alert
from tests.alerts.scenes import Thing, Watch, box_at, make_observation, rat, rules_of, zone

CATALOGUE = load_catalogue()


def shipped(code: str) -> PresenceRule:
    entry = CATALOGUE.get(code)
    assert entry is not None
    assert entry.rule is not None
    return entry.rule


RODENT = shipped("pest.rodent")
BIN = shipped("bin.overflow")
MASK = shipped("mask.special_room")
PHONE = shipped("phone.use")
PET = shipped("animal.pet")
ROOM = zone("专间", ZoneType.SPECIAL_ROOM, 0.0, 0.4, 0.5, 1.0)


def watch_rats(**changes: object) -> Watch:
    return Watch(rules_of(pest_rodent=replace(RODENT, **changes)))  # type: ignore[arg-type]


def full_bin(track_id: int = 7) -> Thing:
    return Thing("bin_overflowing", box_at(0.3, 0.8, 0.1, 0.2), track_id)


def face(x: float = 0.2, y: float = 0.5, track_id: int = 3, **changes: object) -> Thing:
    return replace(Thing("face_unmasked", box_at(x, y, 0.05, 0.08), track_id), **changes)  # type: ignore[arg-type]


# Dwell ----------------------------------------------------------------------------------------------------------


def test_a_rat_seen_once_raises_no_alert() -> None:
    watch = watch_rats()
    watch.look(rat())
    assert watch.see(seconds=10).confirmed == ()


def test_a_rat_seen_for_the_dwell_raises_exactly_one_violation() -> None:
    changes = watch_rats().see(rat(), seconds=30)
    (confirmed,) = changes.confirmed
    assert (confirmed.code, confirmed.zone_id) == ("pest.rodent", None)
    assert confirmed.confirmed_at - confirmed.started_at == timedelta(seconds=1)
    assert confirmed.sightings[0].label == "rodent"
    assert changes.ended == ()


def test_an_unconfirmed_or_unseen_track_counts_for_nothing() -> None:
    assert watch_rats().see(rat(is_confirmed=False), seconds=10).confirmed == ()
    assert watch_rats().see(rat(is_visible=False), seconds=10).confirmed == ()


def test_gaps_within_the_grace_time_do_not_reset_the_dwell() -> None:
    watch = Watch(rules_of(pest_rodent=replace(RODENT, minimum_seconds=4, grace_seconds=1)))
    seen = [watch.look(rat()) if number % 3 == 0 else watch.look() for number in range(22)]
    assert [len(changes.confirmed) for changes in seen].count(1) == 1


def test_a_gap_beyond_the_grace_time_starts_anew() -> None:
    watch = Watch(rules_of(pest_rodent=replace(RODENT, minimum_seconds=4, grace_seconds=1)))
    assert watch.see(rat(), seconds=3.8).confirmed == ()
    watch.see(seconds=1.6)
    assert watch.see(rat(), seconds=3.8).confirmed == ()
    assert len(watch.see(rat(), seconds=1).confirmed) == 1


def test_too_few_sightings_in_the_window_are_no_violation() -> None:
    watch = watch_rats(minimum_seconds=1, minimum_hits=4, hits_window_seconds=1, grace_seconds=2)
    for _ in range(20):
        assert watch.look(rat()).confirmed == ()
        watch.look()
        watch.look()


def test_a_rat_that_does_not_move_is_no_rodent_activity() -> None:
    assert watch_rats().see(rat(travelled=0.4), seconds=10).confirmed == ()


def test_a_rat_that_moves_a_body_length_over_two_tracks_has_moved() -> None:
    watch = watch_rats()
    watch.see(rat(0.50, track_id=1, travelled=0.3), seconds=0.6)
    assert len(watch.see(rat(0.58, track_id=2, travelled=0.3), seconds=1).confirmed) == 1


def test_a_bin_that_never_moves_still_raises() -> None:
    watch = Watch(rules_of(bin_overflow=BIN), fps=0.2)
    assert watch.see(full_bin(), seconds=900).confirmed == ()
    assert len(watch.see(full_bin(), seconds=10).confirmed) == 1


@pytest.mark.parametrize("fps", [0.5, 1.0, 2.0, 5.0, 15.0])
def test_a_rat_that_stays_is_found_at_any_rate_of_looks(fps: float) -> None:
    watch = Watch(rules_of(pest_rodent=RODENT), fps=fps)
    watch.see(seconds=20)
    assert len(watch.see(rat(), seconds=10).confirmed) == 1


def test_a_look_every_ten_seconds_finds_a_cat_that_sleeps_and_sees_it_go() -> None:
    cat = Thing("cat", box_at(0.5, 0.5), 2)
    watch = Watch(rules_of(animal_pet=shipped("animal.pet")), fps=0.1)
    watch.see(seconds=100)
    assert len(watch.see(cat, seconds=60).confirmed) == 1
    assert len(watch.see(seconds=60).ended) == 1


def test_a_night_of_rare_looks_does_not_make_the_first_glimpse_a_rat() -> None:
    watch = Watch(rules_of(pest_rodent=RODENT), fps=0.1)
    watch.see(seconds=100)
    watch.fps = 5.0
    watch.see(rat(), seconds=0.4)
    assert watch.see(seconds=5).confirmed == ()
    assert watch.see(rat(), seconds=0.6).confirmed == ()


def test_a_rule_keeps_its_own_seconds_where_looks_are_frequent() -> None:
    assert fitted(RODENT, 0.2) is RODENT
    assert fitted(RODENT, 2.0).grace_seconds == 5.0
    assert fitted(RODENT, 2.0).hits_window_seconds == 8.0


def test_a_wall_clock_that_jumps_changes_nothing() -> None:
    watch = Watch(rules_of(pest_rodent=replace(RODENT, minimum_seconds=4)))
    watch.see(rat(), seconds=2)
    watch.wall_shift = -86400.0
    assert watch.see(rat(), seconds=2).confirmed == ()
    (confirmed,) = watch.see(rat(), seconds=1).confirmed
    assert confirmed.started_at > confirmed.confirmed_at  # labels only
    watch.wall_shift = 86400.0
    assert watch.see(rat(), seconds=1).ended == ()


def test_a_picture_that_is_not_newer_changes_nothing() -> None:
    watch = watch_rats()
    watch.see(rat(), seconds=0.6)
    before = watch.state
    again = make_observation([rat()], at=EPOCH, clock=1000.0 + watch.seconds)
    assert advance(watch.rules, before, again)[0] is before


# Ends -----------------------------------------------------------------------------------------------------------


def test_a_violation_ends_once_when_looks_no_longer_show_it() -> None:
    watch = watch_rats()
    (confirmed,) = watch.see(rat(), seconds=2).confirmed
    assert watch.see(seconds=9.8).ended == ()
    (ended,) = watch.see(seconds=20).ended
    assert (ended.code, ended.name) == (confirmed.code, confirmed.name)
    assert ended.last_seen_at == EPOCH + timedelta(seconds=2)


def test_no_picture_neither_starts_nor_ends_a_violation() -> None:
    watch = watch_rats()
    watch.see(rat(), seconds=2)
    watch.dark(86400)
    first = watch.look()
    assert (first.confirmed, first.ended) == ((), ())
    changes = watch.see(rat(track_id=2), seconds=30)
    assert (changes.confirmed, changes.ended) == ((), ())


def test_an_outage_is_nobodys_dwell() -> None:
    watch = watch_rats()
    watch.see(rat(), seconds=0.6)
    watch.dark(60)
    assert watch.see(rat(), seconds=1).confirmed == ()
    assert len(watch.see(rat(), seconds=0.4).confirmed) == 1


def test_a_bins_dwell_goes_on_after_an_outage_without_counting_it() -> None:
    watch = Watch(rules_of(bin_overflow=BIN), fps=1.0)
    watch.see(full_bin(), seconds=600)
    watch.dark(300)
    assert watch.see(full_bin(8), seconds=300).confirmed == ()
    assert len(watch.see(full_bin(8), seconds=5).confirmed) == 1


# Subjects -------------------------------------------------------------------------------------------------------


def test_two_rats_are_two_violations() -> None:
    changes = watch_rats(reattach_lengths=2.0).see(rat(0.2, track_id=1), rat(0.8, track_id=2), seconds=5)
    assert len({confirmed.name for confirmed in changes.confirmed}) == 2


def test_a_switch_of_track_id_raises_no_second_alert() -> None:
    watch = watch_rats()
    assert len(watch.see(rat(0.50, track_id=1), seconds=2).confirmed) == 1
    watch.see(seconds=1)
    changes = watch.see(rat(0.55, track_id=9), seconds=30)
    assert (changes.confirmed, changes.ended) == ((), ())


def pet(label: str, track_id: int, x: float = 0.5) -> Thing:
    return Thing(label, box_at(x, 0.6, 0.12, 0.15), track_id, travelled=3.0)


def test_an_animal_whose_name_changes_over_looks_that_tell_both_names_is_one_subject_all_the_time() -> None:
    watch = Watch(rules_of(animal_pet=PET))
    assert watch.see(pet("dog", 4), seconds=2.5).confirmed == ()
    assert watch.see(pet("dog", 4), pet("cat", 8), seconds=0.4).confirmed == ()
    changes = watch.see(pet("cat", 8), seconds=2.4)
    assert len(changes.confirmed) == 1
    assert (changes.confirmed[0].confirmed_at - changes.confirmed[0].started_at).total_seconds() < 5.3


def test_an_animal_that_has_two_names_raises_one_alert() -> None:
    watch = Watch(rules_of(animal_pet=PET))
    assert len(watch.see(pet("dog", 4), pet("cat", 8), seconds=30).confirmed) == 1


def test_a_cat_beside_a_dog_is_another_animal() -> None:
    watch = Watch(rules_of(animal_pet=PET))
    assert len(watch.see(pet("dog", 4, 0.2), pet("cat", 8, 0.7), seconds=6).confirmed) == 2


def test_a_rat_far_from_the_one_that_vanished_is_another_one() -> None:
    watch = watch_rats()
    watch.see(rat(0.1, track_id=1), seconds=2)
    assert len(watch.see(rat(0.9, track_id=2), seconds=2).confirmed) == 1


def test_two_subjects_that_swap_tracks_stay_two() -> None:
    watch = watch_rats(reattach_lengths=3.0)
    assert len(watch.see(rat(0.40, track_id=1), rat(0.60, track_id=2), seconds=2).confirmed) == 2
    watch.see(seconds=1)
    changes = watch.see(rat(0.41, track_id=3), rat(0.59, track_id=4), seconds=30)
    assert (changes.confirmed, changes.ended) == ((), ())
    assert len(watch.state.open_subjects()) == 2


def test_a_track_that_returns_after_its_subject_found_another_is_a_new_subject() -> None:
    watch = watch_rats(reattach_lengths=2.0)
    watch.see(rat(0.50, track_id=1), seconds=2)
    watch.see(rat(0.55, track_id=2), seconds=2)
    changes = watch.see(rat(0.55, track_id=2), rat(0.90, track_id=1), seconds=5)
    assert len(changes.confirmed) == 1
    assert len({subject.name for subject in watch.state.open_subjects()}) == 2


def test_during_the_cool_down_the_same_place_raises_nothing_and_is_counted_once() -> None:
    watch = watch_rats(cool_down_seconds=60)
    watch.see(rat(track_id=1), seconds=2)
    assert len(watch.see(seconds=15).ended) == 1
    changes = watch.see(rat(track_id=2), seconds=20)
    assert (changes.confirmed, changes.suppressed) == ((), ("pest.rodent",))


def test_after_the_cool_down_a_subject_that_is_still_there_raises() -> None:
    watch = watch_rats(cool_down_seconds=20)
    watch.see(rat(track_id=1), seconds=2)
    watch.see(seconds=15)
    assert len(watch.see(rat(track_id=2), seconds=25).confirmed) == 1


def test_the_cool_down_of_one_zone_does_not_silence_the_next() -> None:
    rule = replace(BIN, minimum_seconds=2, end_after_seconds=3)
    zones = (zone("左", ZoneType.WASHING, 0.0, 0.0, 0.5, 1.0), zone("右", ZoneType.WASHING, 0.5, 0.0, 1.0, 1.0))
    watch = Watch(rules_of(*zones, bin_overflow=rule))
    left, right = full_bin(), Thing("bin_overflowing", box_at(0.7, 0.8), 8)
    assert [c.zone_name for c in watch.see(left, seconds=4).confirmed] == ["左"]
    assert len(watch.see(seconds=5).ended) == 1
    changes = watch.see(left, right, seconds=4)
    assert [c.zone_name for c in changes.confirmed] == ["右"]
    assert changes.suppressed == ("bin.overflow",)


def test_a_zone_with_two_bins_is_one_violation_that_shows_both() -> None:
    watch = Watch(rules_of(bin_overflow=replace(BIN, minimum_seconds=2)))
    (confirmed,) = watch.see(full_bin(), Thing("bin_overflowing", box_at(0.7, 0.8), 8), seconds=4).confirmed
    assert (confirmed.name, len(confirmed.sightings)) == ("picture", 2)


def test_void_tracks_keep_what_is_open_and_drop_what_was_about_to_be() -> None:
    watch = watch_rats()
    watch.see(rat(0.2, track_id=1), seconds=2)
    watch.see(rat(0.2, track_id=1), rat(0.8, track_id=2), seconds=0.8)
    watch.state = watch.state.forgotten()
    changes = watch.see(rat(0.2, track_id=1), rat(0.8, track_id=2), seconds=0.6)
    assert (changes.confirmed, len(watch.state.open_subjects())) == ((), 1)
    assert len(watch.see(rat(0.2, track_id=1), rat(0.8, track_id=2), seconds=1).confirmed) == 1


# Zones ----------------------------------------------------------------------------------------------------------


def test_a_subject_in_an_ignored_zone_is_not_judged() -> None:
    poster = zone("海报", ZoneType.IGNORED, 0.4, 0.4, 0.6, 0.6)
    assert Watch(rules_of(poster, pest_rodent=RODENT)).see(rat(0.5, 0.5), seconds=5).confirmed == ()
    assert len(Watch(rules_of(poster, pest_rodent=RODENT)).see(rat(0.2, 0.5), seconds=5).confirmed) == 1


def test_a_named_zone_is_told_even_if_the_rule_needs_none() -> None:
    washing = zone("洗消", ZoneType.WASHING, 0.0, 0.0, 1.0, 1.0)
    (confirmed,) = Watch(rules_of(washing, pest_rodent=RODENT)).see(rat(), seconds=5).confirmed
    assert (confirmed.zone_id, confirmed.zone_name) == ("zone-洗消", "洗消")


def test_of_two_zones_the_smaller_is_told() -> None:
    zones = (zone("厨房", ZoneType.COOKING, 0.0, 0.0, 1.0, 1.0), zone("灶台", ZoneType.COOKING, 0.4, 0.4, 0.6, 0.6))
    (confirmed,) = Watch(rules_of(*zones, pest_rodent=RODENT)).see(rat(), seconds=5).confirmed
    assert confirmed.zone_name == "灶台"


def test_a_rule_with_zone_types_needs_such_a_zone() -> None:
    assert Watch(rules_of(mask_special_room=MASK)).see(face(), seconds=20).confirmed == ()
    cooking = zone("灶台", ZoneType.COOKING, 0.0, 0.4, 0.5, 1.0)
    assert Watch(rules_of(cooking, mask_special_room=MASK)).see(face(), seconds=20).confirmed == ()
    (confirmed,) = Watch(rules_of(ROOM, mask_special_room=MASK)).see(face(), seconds=20).confirmed
    assert confirmed.zone_name == "专间"


def test_the_foot_decides_for_a_box_that_straddles_the_edge() -> None:
    outside = Thing("face_unmasked", Box(0.44, 0.45, 0.60, 0.6), 3)
    assert Watch(rules_of(ROOM, mask_special_room=MASK)).see(outside, seconds=20).confirmed == ()


def test_an_excluded_zone_type_is_left_to_the_other_rule() -> None:
    general = shipped("mask.general")
    watch = Watch(rules_of(ROOM, mask_special_room=MASK, mask_general=general))
    assert [c.code for c in watch.see(face(0.2), seconds=40).confirmed] == ["mask.special_room"]
    assert [c.code for c in watch.see(face(0.8, track_id=5), seconds=40).confirmed] == ["mask.general"]


def test_a_face_stands_where_its_person_stands() -> None:
    person = Thing("person", Box(0.15, 0.05, 0.3, 0.95), 2)
    head_above_the_zone = face(0.2, 0.2)
    watch = Watch(rules_of(ROOM, mask_special_room=MASK))
    assert watch.see(head_above_the_zone, seconds=20).confirmed == ()
    assert len(watch.see(head_above_the_zone, person, seconds=20).confirmed) == 1


def test_a_face_within_two_persons_who_stand_apart_cannot_be_judged() -> None:
    inside, outside = Thing("person", Box(0.1, 0.05, 0.3, 0.95), 2), Thing("person", Box(0.1, 0.05, 0.3, 0.35), 4)
    changes = Watch(rules_of(ROOM, mask_special_room=MASK)).see(face(0.2, 0.2), inside, outside, seconds=20)
    assert changes.confirmed == ()
    assert set(changes.doubts) == {("mask.special_room", DoubtCause.UNCLEAR_PLACE)}


# Cannot judge ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scene", "cause"),
    [
        ([Thing("face_unmasked", box_at(0.2, 0.5, 0.015, 0.03), 3)], DoubtCause.TOO_SMALL),
        ([Thing("face_unmasked", Box(0.0, 0.45, 0.05, 0.55), 3)], DoubtCause.CUT_BY_EDGE),
        ([face(), Thing("face_masked", box_at(0.205, 0.5, 0.05, 0.08), 4)], DoubtCause.COMPETING),
        ([face(), Thing("face_mask_misworn", box_at(0.2, 0.5, 0.05, 0.08), 4)], DoubtCause.LOOK_ALIKE),
    ],
    ids=["too small", "cut by the edge", "masked face on the same place", "misworn mask on the same place"],
)
def test_a_face_that_cannot_be_judged_is_no_violation_and_is_counted(scene: list[Thing], cause: DoubtCause) -> None:
    changes = Watch(rules_of(ROOM, mask_special_room=MASK)).see(*scene, seconds=20)
    assert changes.confirmed == ()
    assert changes.doubts == (("mask.special_room", cause),) * 100


def test_a_faint_rival_does_not_cast_doubt() -> None:
    rival = Thing("face_masked", box_at(0.2, 0.5, 0.05, 0.08), 4, confidence=0.2)
    assert len(Watch(rules_of(ROOM, mask_special_room=MASK)).see(face(), rival, seconds=20).confirmed) == 1


def test_a_cat_on_the_same_place_is_no_rat() -> None:
    cat = Thing("cat", box_at(0.5, 0.5, 0.06, 0.06), 2)
    changes = watch_rats().see(rat(0.5, 0.5), cat, seconds=10)
    assert (changes.confirmed, changes.doubts[0]) == ((), ("pest.rodent", DoubtCause.LOOK_ALIKE))
    assert len(watch_rats().see(rat(0.5, 0.5), Thing("cat", box_at(0.8, 0.5), 2), seconds=10).confirmed) == 1


def test_doubt_does_not_end_a_violation() -> None:
    watch = Watch(rules_of(ROOM, mask_special_room=MASK))
    watch.see(face(), seconds=12)
    masked = Thing("face_masked", box_at(0.205, 0.5, 0.05, 0.08), 4)
    assert watch.see(face(), masked, seconds=60).ended == ()
    assert len(watch.see(seconds=40).ended) == 1


def test_a_phone_needs_somebody_who_holds_it() -> None:
    phone = Thing("phone", box_at(0.5, 0.6, 0.03, 0.05), 5)
    assert Watch(rules_of(phone_use=PHONE)).see(phone, seconds=30).confirmed == ()
    person = Thing("person", Box(0.4, 0.2, 0.6, 0.95), 6)
    (confirmed,) = Watch(rules_of(phone_use=PHONE)).see(phone, person, seconds=30).confirmed
    assert [sighting.label for sighting in confirmed.sightings] == ["phone", "person"]


# Schedule -------------------------------------------------------------------------------------------------------

EVENING = Schedule(hours=(OpenHours(weekday=0, start=time(16, 1), end=time(16, 2)),))  # EPOCH is 16:00 on a Monday


def test_a_rule_of_business_hours_sleeps_outside_them() -> None:
    rule = replace(PHONE, with_labels=frozenset(), minimum_hits=3)
    watch = Watch(rules_of(phone_use=rule, schedule=EVENING))
    phone = Thing("phone", box_at(0.5, 0.6), 5)
    assert watch.see(phone, seconds=59).confirmed == ()
    assert len(watch.see(phone, seconds=30).confirmed) == 1
    assert len(watch.see(phone, seconds=120).ended) == 1


def test_a_rule_outside_business_hours_sleeps_within_them() -> None:
    watch = Watch(rules_of(pest_rodent=replace(RODENT, active=ActiveWhen.OUTSIDE_BUSINESS_HOURS), schedule=Schedule()))
    assert watch.see(rat(), seconds=10).confirmed == ()


def test_a_rule_judges_in_its_own_hours_of_the_wall_clock_only() -> None:
    night = (DailyHours(start=time(22), end=time(16, 1)), DailyHours(start=time(18), end=time(19)))
    watch = Watch(rules_of(pest_rodent=replace(RODENT, hours=night)))  # it is 16:00 on the wall

    assert len(watch.see(rat(), seconds=30).confirmed) == 1

    later = Watch(rules_of(pest_rodent=replace(RODENT, hours=night)), seconds=61)
    assert later.see(rat(), seconds=30).confirmed == ()


def test_hours_and_the_site_s_schedule_must_both_allow_it() -> None:
    rule = replace(RODENT, active=ActiveWhen.BUSINESS_HOURS, hours=(DailyHours(start=time(16), end=time(17)),))

    assert Watch(rules_of(pest_rodent=rule, schedule=EVENING)).see(rat(), seconds=30).confirmed == ()
    assert len(Watch(rules_of(pest_rodent=rule, schedule=EVENING), seconds=61).see(rat(), seconds=30).confirmed) == 1


# After a restart ------------------------------------------------------------------------------------------------


def restarted(rules: CameraRules, *, seconds_later: float = 60.0, **alert: object) -> Watch:
    open_alert = sample_alert(1, **({"zone_id": None, "zone_name": None} | alert))  # type: ignore[arg-type]
    now = EPOCH + timedelta(seconds=seconds_later)
    return Watch(rules, state=taken_up(rules, [open_alert], [], clock=1000.0, now=now))


def test_after_a_restart_the_subject_is_recognised_and_raises_no_second_alert() -> None:
    watch = restarted(rules_of(pest_rodent=RODENT, run="r2"))
    changes = watch.see(rat(0.9, 0.9, track_id=1), seconds=30)
    assert (changes.confirmed, changes.ended) == ((), ())
    (subject,) = watch.state.open_subjects()
    assert subject.name == "track-1"


def test_after_a_restart_one_old_alert_takes_one_subject_the_nearest() -> None:
    watch = restarted(rules_of(pest_rodent=RODENT, run="r2"))
    changes = watch.see(rat(0.9, 0.9, track_id=1), rat(0.43, 0.76, track_id=2), seconds=5)
    (confirmed,) = changes.confirmed
    assert confirmed.name == "track-r2-1"


def test_after_a_restart_an_alert_of_another_zone_is_not_taken_up() -> None:
    watch = restarted(rules_of(pest_rodent=RODENT, run="r2"), zone_id="zone-elsewhere")
    changes = watch.see(rat(0.9, 0.9), seconds=15)
    assert len(changes.confirmed) == 1
    assert [ended.name for ended in changes.ended] == ["track-1"]


def test_after_a_restart_what_is_not_seen_again_ends() -> None:
    watch = restarted(rules_of(pest_rodent=RODENT))
    (ended,) = watch.see(seconds=15).ended
    assert (ended.name, ended.last_seen_at) == ("track-1", EPOCH + timedelta(seconds=1))


def test_after_a_restart_without_pictures_nothing_ends() -> None:
    watch = restarted(rules_of(pest_rodent=RODENT))
    watch.dark(3600)
    assert watch.look().ended == ()


def test_after_a_restart_a_zone_takes_up_its_own_alert() -> None:
    watch = restarted(rules_of(bin_overflow=BIN), code="bin.overflow", subject="picture")
    changes = watch.see(full_bin(), seconds=1000)
    assert (changes.confirmed, changes.ended) == ((), ())


def test_an_open_violation_of_a_code_that_is_no_longer_judged_ends() -> None:
    watch = restarted(rules_of(bin_overflow=BIN))
    assert [ended.name for ended in watch.look(rat()).ended] == ["track-1"]
    assert watch.look(rat()).ended == ()


def test_a_cool_down_goes_on_after_a_restart() -> None:
    rules = rules_of(pest_rodent=RODENT, run="r2")
    ended = ended_alert(sample_alert(1, zone_id=None, zone_name=None), seconds=30)

    def watch(seconds_later: float) -> Watch:
        now = EPOCH + timedelta(seconds=seconds_later)
        return Watch(rules, state=taken_up(rules, [], [ended], clock=1000.0, now=now))

    assert watch(60).see(rat(0.43, 0.76), seconds=10).suppressed == ("pest.rodent",)
    assert len(watch(60 + 1800).see(rat(0.43, 0.76), seconds=10).confirmed) == 1
    # A wall clock set back by a day makes the cool-down whole again, not a day long.
    assert len(watch(-86400).state.quiet) == 1
    assert watch(-86400).state.quiet[0].until == 1000.0 + 1800.0


# Choice of rules ------------------------------------------------------------------------------------------------


def test_a_camera_gets_the_rules_that_it_asks_for_and_the_network_can_see() -> None:
    camera = Camera(
        camera_id=CameraId("camera-1"),
        site_id=SiteId("site-1"),
        name="灶台",
        source=Source(location="kitchen.mp4"),
        codes=frozenset({"pest.rodent", "pest.insect", "smoke.person"}),
    )
    usable = frozenset({"rodent", "cockroach", "person"})

    def codes(asked: frozenset[str] | None) -> set[str]:
        return set(CameraRules.of(replace(camera, codes=asked), (), Schedule(), CATALOGUE, usable, run="r").rules)

    assert codes(camera.codes) == {"pest.rodent", "pest.insect"}
    assert codes(None) == {"pest.rodent"}
    assert codes(frozenset()) == set()


# Properties -----------------------------------------------------------------------------------------------------

_LOOKS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.floats(0.1, 0.9), st.integers(1, 4)), max_size=3, unique_by=lambda t: t[1]),
        st.sampled_from([0.2, 0.2, 0.4, 1.0, 25.0, 400.0]),
    ),
    max_size=60,
)


@settings(max_examples=150)
@given(looks=_LOOKS, subject=st.sampled_from(list(SubjectKind)))
def test_violations_of_one_subject_alternate_between_begin_and_end(
    looks: list[tuple[list[tuple[float, int]], float]], subject: SubjectKind
) -> None:
    rules = rules_of(pest_rodent=replace(RODENT, subject=subject, minimum_seconds=0.4, cool_down_seconds=5))
    state, clock = RulesState(), 1000.0
    open_names: set[str] = set()
    for things, interval in looks:
        clock += interval
        observation = make_observation(
            [rat(x, track_id=track_id) for x, track_id in things],
            at=EPOCH + timedelta(seconds=clock - 1000.0),
            clock=clock,
        )
        state, changes = advance(rules, state, observation)
        for ended in changes.ended:
            open_names.remove(ended.name)
        for confirmed in changes.confirmed:
            assert confirmed.name not in open_names
            open_names.add(confirmed.name)
        names = [subject.name for subject in state.subjects]
        assert len(names) == len(set(names))
        assert {s.name for s in state.open_subjects()} == open_names


def test_a_violation_whose_rule_goes_to_sleep_ends_unseen_and_holds_nothing_back() -> None:
    closes_soon = Schedule(hours=(OpenHours(weekday=0, start=time(9), end=time(16, 1)),))
    rule = replace(RODENT, active=ActiveWhen.BUSINESS_HOURS)
    watch = Watch(rules_of(pest_rodent=rule, schedule=closes_soon))
    assert len(watch.see(rat(), seconds=30).confirmed) == 1

    [ended] = watch.see(rat(), seconds=60).ended

    assert ended.note == RULE_ASLEEP_NOTE
    assert (watch.state.open_subjects(), watch.state.quiet) == ((), ())
