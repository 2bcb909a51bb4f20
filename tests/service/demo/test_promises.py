import json
from pathlib import Path
from typing import Any

import pytest

from models.synth import story as rendering
from models.synth.film import promise_document
from models.synth.story_file import read_story, shipped_stories
from service.demo.errors import DemoError
from service.demo.promises import Need, Promises, read_promises

RAT = {
    "code": "pest.rodent",
    "raised": True,
    "who": "rat",
    "from": 5.5,
    "to": 11.0,
    "tolerance_seconds": 3.0,
    "needs": "today",
}
STEAM = {**RAT, "code": "fire.flame_smoke", "raised": False, "who": "steam", "because": "steam is no smoke"}
LID = {**RAT, "code": "bin.uncovered", "who": "bin", "needs": "network"}
CLIP = {"story": "hot_kitchen_day", "length_seconds": 34.0, "promises": [RAT, STEAM, LID]}


def read(folder: Path, document: object) -> Promises:
    path = folder / "hot_kitchen_day.json"
    path.write_text(json.dumps(document))
    return read_promises(path)


def test_what_is_promised_what_is_denied_and_what_must_wait_are_told_apart(tmp_path: Path) -> None:
    found = read(tmp_path, CLIP)

    assert [(each.who, each.is_due_today) for each in found.raised] == [("rat", True), ("bin", False)]
    assert [(each.who, each.because) for each in found.denied] == [("steam", "steam is no smoke")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"promises": []}, "promises"),
        ({"promises": [{**RAT, "from": 12}]}, "promises.0"),
        ({"promises": [{**RAT, "to": 40}]}, "the whole file"),
        ({"promises": [{**RAT, "needs": "luck"}]}, "promises.0.needs"),
        ({"promises": [{**RAT, "when": 3}]}, "promises.0.when"),
        ({"length_seconds": 0}, "length_seconds"),
        ({"title": "a rat"}, "title"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_field(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    with pytest.raises(DemoError, match=rf"hot_kitchen_day\.json: {field}: expected .*, found ") as caught:
        read(tmp_path, {**CLIP, **change})

    assert caught.value.path.name == "hot_kitchen_day.json"


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_file_that_holds_no_promises_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clip.json"
    path.write_text(text)

    with pytest.raises(DemoError, match=r"clip\.json: the whole file"):
        read_promises(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"nowhere\.json: the whole file: expected a readable file"):
        read_promises(tmp_path / "nowhere.json")


@pytest.mark.parametrize("name", shipped_stories())
def test_promises_of_every_shipped_story_can_be_read_as_the_renderer_writes_them(tmp_path: Path, name: str) -> None:
    story = read_story(shipped_stories()[name])
    written = [promise_document(each) for each in story.promises]

    found = read(tmp_path, {"story": name, "length_seconds": story.length_seconds, "promises": written})

    assert [(each.code, each.begins, each.ends, each.needs) for each in found.promises] == [
        (each.code, each.begins, each.ends, each.needs.value) for each in story.promises
    ]


def test_needs_are_the_renderers_words() -> None:
    assert {each.value for each in Need} == {each.value for each in rendering.Need}
