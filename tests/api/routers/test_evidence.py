import hashlib
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.ports import Role
from domain.alert import Evidence, EvidenceKind, EvidenceState
from tests.alerts.samples import sample_evidence
from tests.api.kitchen import OTHER_CAMERA, OTHER_FIRM, OTHER_SITE, OWN_FIRM, Kitchen

CONTENT = bytes(range(256)) * 4000  # about 1 MB: several chunks


def stored(
    kitchen: Kitchen,
    content: bytes = CONTENT,
    kind: EvidenceKind = EvidenceKind.STILL,
    media_type: str = "image/jpeg",
    number: int = 1,
) -> Evidence:
    file = kitchen.twins.evidence_store.save(f"2026/01/05/{number}", content)
    return sample_evidence(
        number, kind=kind, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256, media_type=media_type
    )


def path_of(kitchen: Kitchen, piece: Evidence, **place: Any) -> str:
    kitchen.raise_alert(evidence=(piece,), **place)
    return f"/api/v1/evidence/{piece.evidence_id}"


@pytest.fixture
def client(kitchen: Kitchen) -> TestClient:
    return kitchen.client(Role.REGULATOR, OWN_FIRM)


def test_the_file_comes_as_it_was_stored_and_its_tag_is_its_checksum(kitchen: Kitchen, client: TestClient) -> None:
    answer = client.get(path_of(kitchen, stored(kitchen)))

    assert answer.content == CONTENT
    assert answer.headers["etag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-0", 0, 0), ("bytes=300000-700000", 300000, 700000), ("bytes=-5", -5, None)]
)
def test_a_part_of_the_file_can_be_had(
    kitchen: Kitchen, client: TestClient, asked: str, first: int, last: int | None
) -> None:
    answer = client.get(path_of(kitchen, stored(kitchen)), headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.content == CONTENT[first : None if last is None else last + 1]
    assert answer.headers["content-range"].endswith(f"/{len(CONTENT)}")


def test_a_part_behind_the_end_is_refused(kitchen: Kitchen, client: TestClient) -> None:
    answer = client.get(path_of(kitchen, stored(kitchen)), headers={"Range": f"bytes={len(CONTENT)}-"})

    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


def test_a_part_of_another_version_is_answered_with_the_whole(kitchen: Kitchen, client: TestClient) -> None:
    path = path_of(kitchen, stored(kitchen))
    tag = client.get(path).headers["etag"]

    other = client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    same = client.get(path, headers={"Range": "bytes=0-9", "If-Range": tag})

    assert (other.status_code, same.status_code) == (200, 206)


def test_a_client_that_has_it_is_told_so(kitchen: Kitchen, client: TestClient) -> None:
    path = path_of(kitchen, stored(kitchen))
    tag = client.get(path).headers["etag"]

    answer = client.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_the_head_tells_the_size_and_sends_nothing(kitchen: Kitchen, client: TestClient) -> None:
    answer = client.head(path_of(kitchen, stored(kitchen)))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CONTENT))


def test_an_empty_file_is_an_answer_too(kitchen: Kitchen, client: TestClient) -> None:
    answer = client.get(path_of(kitchen, stored(kitchen, b"")))

    assert (answer.status_code, answer.content) == (200, b"")


def test_what_is_no_picture_clip_or_list_is_handed_out_to_be_saved(kitchen: Kitchen, client: TestClient) -> None:
    answer = client.get(path_of(kitchen, stored(kitchen, b"<script>", media_type="text/html")))

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_clip_shows_faces_and_is_not_for_viewers(kitchen: Kitchen, client: TestClient) -> None:
    clip = path_of(kitchen, stored(kitchen, kind=EvidenceKind.CLIP, media_type="video/mp4"))
    still = path_of(kitchen, stored(kitchen, number=2))
    viewer = kitchen.client(Role.VIEWER, OWN_FIRM)

    assert (viewer.get(clip).status_code, viewer.get(still).status_code) == (403, 200)
    assert client.post(f"{clip}/access", json={"reason": "复核"}).status_code == 201
    assert client.get(clip).status_code == 200


def test_evidence_of_others_is_not_there(kitchen: Kitchen, client: TestClient) -> None:
    path = path_of(kitchen, stored(kitchen), enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)

    assert client.get(path).status_code == 404
    assert client.get("/api/v1/evidence/evidence-9").status_code == 404
    assert kitchen.client().get(path).status_code == 200


def test_a_file_that_is_being_made_says_when_to_ask_again(kitchen: Kitchen, client: TestClient) -> None:
    piece = replace(stored(kitchen), state=EvidenceState.PENDING, sha256=None, size_bytes=None)

    answer = client.get(path_of(kitchen, piece))

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:brightkitchen:problem:evidence-pending")
    assert answer.headers["retry-after"]


def test_a_file_that_could_not_be_made_says_why(kitchen: Kitchen, client: TestClient) -> None:
    piece = replace(stored(kitchen), state=EvidenceState.MISSING, cause="disk_full", sha256=None, size_bytes=None)

    answer = client.get(path_of(kitchen, piece))

    assert (answer.status_code, answer.json()["cause"]) == (404, "disk_full")


def test_a_file_that_has_gone_is_a_clear_error(kitchen: Kitchen, client: TestClient) -> None:
    piece = stored(kitchen)
    kitchen.twins.evidence_store.delete(piece.name)

    answer = client.get(path_of(kitchen, piece))

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_file_of_another_size_is_not_served_as_evidence(kitchen: Kitchen, client: TestClient) -> None:
    piece = stored(kitchen)
    kitchen.twins.evidence_store.files[piece.name] = CONTENT[:-1]

    answer = client.get(path_of(kitchen, piece))

    assert (answer.status_code, answer.json()["found_bytes"]) == (500, len(CONTENT) - 1)
