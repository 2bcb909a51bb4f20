import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credit.camera_import import Importer, Plan, plan
from credit.camera_sheet import read_sheet
from domain.organisation import Camera, Transport
from tests.credit.samples import camera, site

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SITES = [site(1), site(2), site(3, name="后厨 2")]
ONE = camera(1, external_id="NVR-1", analysis_location="rtsp://admin:geheim@10.0.0.1/2")
KNOWN = [ONE, camera(2, of=2)]


def planned(text: str, known: list[Camera] | None = None) -> Plan:
    numbers = itertools.count(100)
    importer = Importer(
        by="老李",
        at=NOW,
        new_id=lambda: f"camera-{next(numbers)}",
        refusal=lambda location: ("rtsp", "a file") if not location.startswith("rtsp://") else None,
        shown_address=lambda location: location.replace("admin:geheim", "***"),
        known_codes=frozenset({"pest.rodent", "animal.pet"}),
    )
    return plan(read_sheet(text.encode(), most_rows=100), SITES, KNOWN if known is None else known, importer)


def test_new_cameras_get_what_the_table_says_and_else_the_defaults() -> None:
    found = planned(
        "site,name,location,transport,analysed_fps,is_enabled,codes,external_id,analysis_location\n"
        "后厨 1,新一,rtsp://a/1,TCP,2.5,否,pest.rodent; animal.pet,X-1,rtsp://a/2\n"
        "后厨 1,新二,rtsp://b/1,,,,,,\n"
    )

    assert found.faults == ()
    full, plain = found.added
    assert (full.site_id, full.name, full.source.location) == ("site-1", "新一", "rtsp://a/1")
    assert (full.source.transport, full.analysed_fps, full.codes) == (
        Transport.TCP,
        2.5,
        frozenset({"pest.rodent", "animal.pet"}),
    )
    assert (full.external_id, full.analysis_location, full.is_enabled) == ("X-1", "rtsp://a/2", False)
    assert full.pause is not None
    assert (full.pause.by, full.pause.at) == ("老李", NOW)
    assert (plain.is_enabled, plain.analysed_fps, plain.codes, plain.external_id) == (True, 5.0, None, None)
    assert [found.rows[each.camera_id] for each in found.added] == [2, 3]


def test_the_same_table_twice_changes_nothing() -> None:
    text = "site,name,location,is_enabled,external_id\n后厨 1,新一,rtsp://u:p@a/1,no,X\n后厨 1,新二,rtsp://u:p@a/2,,\n"
    first = planned(text)
    again = planned(text, [*KNOWN, *first.added])

    assert len(first.added) == 2
    assert (again.added, again.changed, again.faults) == ((), (), ())
    assert again.unchanged == first.added


@pytest.mark.parametrize(
    "cells",
    [
        "camera_id,name\ncamera-1,新名\n",
        "external_id,name\nNVR-1,新名\n",
        "location,name\nrtsp://admin:geheim@10.0.0.1/1,新名\n",
        "location,name\nrtsp://admin:another@10.0.0.1/1,新名\n",
        "location,name\nrtsp://***@10.0.0.1/1,新名\n",
    ],
    ids=["id", "external id", "address", "address with another password", "address of an export"],
)
def test_a_camera_that_is_there_is_known_again_and_keeps_what_the_table_does_not_say(cells: str) -> None:
    found = planned(cells)

    assert (found.added, found.faults) == ((), ())
    [changed] = found.changed
    location = "rtsp://admin:another@10.0.0.1/1" if "another" in cells else ONE.source.location
    assert changed == replace(ONE, name="新名", source=replace(ONE.source, location=location))


def test_a_camera_moves_to_the_site_that_its_row_names() -> None:
    [moved] = planned("external_id,site_id\nNVR-1,site-2\n").changed

    assert moved == replace(ONE, site_id=moved.site_id)
    assert moved.site_id == "site-2"


def test_another_address_drops_the_smaller_stream_of_the_old_camera() -> None:
    [changed] = planned("external_id,location\nNVR-1,rtsp://b/1\n").changed

    assert changed.analysis_location is None


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("site,name\n后厨 1,新\n", "location", "a location for a new camera"),
        ("site,location\n后厨 1,rtsp://a/1\n", "name", "a name for a new camera"),
        ("name,location\n新,rtsp://a/1\n", "site", "a site, by id or by name"),
        ("site,name,location\n没有,新,rtsp://a/1\n", "site", "the name of a site that you may see"),
        ("site,name,location\n后厨 2,新,rtsp://a/1\n", "site", "the name of one site"),
        ("site_id,name,location\nsite-9,新,rtsp://a/1\n", "site_id", "the id of a site that you may see"),
        ("camera_id,name\ncamera-9,新\n", "camera_id", "the id of a camera that you may see"),
        ("site,name,location\n后厨 1,camera 1,rtsp://a/1\n", "name", "a name that no other camera"),
        ("site,name,location\n后厨 1,新,/etc/passwd\n", "location", "rtsp"),
        ("site,name,location\n后厨 1,新,rtsp://***@a/1\n", "location", "an address with its login"),
        ("site,name,location,analysis_location\n后厨 1,新,rtsp://a/1,/etc/passwd\n", "analysis_location", "rtsp"),
        ("site,name,location,transport\n后厨 1,新,rtsp://a/1,ftp\n", "transport", "auto, tcp or udp"),
        ("site,name,location,analysed_fps\n后厨 1,新,rtsp://a/1,nan\n", "analysed_fps", "a number above 0"),
        ("site,name,location,analysed_fps\n后厨 1,新,rtsp://a/1,31\n", "analysed_fps", "a number above 0"),
        ("site,name,location,is_enabled\n后厨 1,新,rtsp://a/1,maybe\n", "is_enabled", "yes or no"),
        ("site,name,location,codes\n后厨 1,新,rtsp://a/1,no.such\n", "codes", "codes of the catalogue"),
        ('site,name,location\n后厨 1,"新\n行",rtsp://a/1\n', "name", "a text of one line"),
        ("location,external_id\nrtsp://10.0.0.1/1,NVR-2\n", "location", "an address of its own"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_what_was_expected(text: str, column: str, expected: str) -> None:
    found = planned(text)

    [fault] = found.faults
    assert (fault.row, fault.column) == (2, column)
    assert fault.expected.startswith(expected)
    assert (found.added, found.changed) == ((), ())


def test_a_faulty_row_leaves_the_others() -> None:
    found = planned("site,name,location\n后厨 1,甲,rtsp://a/1\n后厨 1,乙,nothing\n后厨 1,丙,rtsp://a/3\n")

    assert [each.name for each in found.added] == ["甲", "丙"]
    assert [fault.row for fault in found.faults] == [3]


@pytest.mark.parametrize(
    "second", ["后厨 1,乙,rtsp://x:y@a/1", "后厨 1,甲,rtsp://a/2"], ids=["same address", "same name"]
)
def test_two_rows_that_contradict_each_other_are_a_fault(second: str) -> None:
    found = planned(f"site,name,location\n后厨 1,甲,rtsp://a/1\n{second}\n")

    assert len(found.added) == 1
    assert [fault.row for fault in found.faults] == [3]


def test_no_fault_repeats_a_password() -> None:
    slipped = "site,name,location,is_enabled,codes,transport,analysed_fps\n"
    secret = "rtsp://admin:geheim@10.0.0.9/1"
    rows = [
        f"{secret},甲,rtsp://a/1,,,,",
        f"后厨 1,甲,file:{secret},,,,",
        f"后厨 1,甲,rtsp://a/1,{secret},,,",
        f"后厨 1,甲,rtsp://a/1,,{secret},,",
        f"后厨 1,甲,rtsp://a/1,,,{secret},",
        f"后厨 1,甲,rtsp://a/1,,,,{secret}",
    ]
    faults = planned(slipped + "\n".join(rows)).faults

    assert len(faults) == 6
    assert "geheim" not in repr(faults)
