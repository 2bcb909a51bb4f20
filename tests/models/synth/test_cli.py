import sys
from pathlib import Path

import pytest

from models.synth import cli
from tests.models.synth.builders import STORY, write_story


def test_check_tells_what_a_story_promises(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["check", str(write_story(tmp_path))]) == 0
    assert "raises pest.rodent (rat, 2.5 s to 5.5 s, needs today)" in capsys.readouterr().out


def test_a_wrong_story_is_told_by_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["check", str(write_story(tmp_path, STORY.replace("seed: 1", "seed: one")))]) == 1
    assert "little.yaml:2 seed: expected a whole number" in capsys.readouterr().err


def test_without_blender_rendering_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "bpy", None)
    monkeypatch.delitem(sys.modules, "models.synth.blender.studio", raising=False)
    monkeypatch.delitem(sys.modules, "models.synth.blender.materials", raising=False)
    assert cli.main(["pictures", "--count", "1", "--out", str(tmp_path)]) == 1
    assert "extra `synth`" in capsys.readouterr().err
