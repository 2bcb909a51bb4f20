from pathlib import Path

import pytest

from service.own_training.stages import Facts, Stages
from service.plain_errors import UsageError

ORDER = {"data": ["pictures"], "val_share": 0.2}


def stages(work: Path, *, resumes: bool = False, order: Facts | None = None) -> tuple[Stages, list[str]]:
    said: list[str] = []
    return Stages(work, order or ORDER, resumes=resumes, say=said.append), said


def test_a_stage_that_is_done_is_not_done_again(tmp_path: Path) -> None:
    first, _ = stages(tmp_path / "work")
    before = first.run("train", lambda: {"steps": 12})

    again, said = stages(tmp_path / "work", resumes=True)

    def never() -> Facts:
        raise AssertionError("done twice")

    assert again.run("train", never) == before
    assert before["steps"] == 12
    assert said == ["train: done before"]


def test_a_stage_that_was_broken_off_is_done_again(tmp_path: Path) -> None:
    first, _ = stages(tmp_path / "work")

    def killed() -> Facts:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.run("export", killed)
    again, said = stages(tmp_path / "work", resumes=True)

    assert again.run("export", lambda: {"sha256": "ab"})["sha256"] == "ab"
    assert said == ["export …"]


def test_going_on_with_what_was_never_begun_begins(tmp_path: Path) -> None:
    fresh, _ = stages(tmp_path / "work", resumes=True)

    assert fresh.run("train", lambda: {"steps": 1})["steps"] == 1


def test_a_training_that_is_there_is_gone_on_with_only_on_purpose(tmp_path: Path) -> None:
    stages(tmp_path / "work")

    with pytest.raises(UsageError, match="--resume"):
        stages(tmp_path / "work")


def test_another_order_names_what_differs(tmp_path: Path) -> None:
    stages(tmp_path / "work")

    with pytest.raises(UsageError, match=r"val_share: expected 0\.2, found 0\.3"):
        stages(tmp_path / "work", resumes=True, order=ORDER | {"val_share": 0.3})
