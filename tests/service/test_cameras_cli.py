from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.scope import Scope
from service.bootstrap import ensure_local_cameras
from service.cli import app
from service.folder import DataFolder
from service.identity import new_id
from service.settings import load_settings
from service.store import Store, open_store
from tests.support.onvif import PASSWORD, USER, OnvifCamera, probe_match, responder

SITE = "本机 (this machine)"
TABLE = f"site,name,location\n{SITE},新一,rtsp://u:geheim@192.0.2.20/1\n{SITE},新二,rtsp://u:geheim@192.0.2.20/2\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store = opened(tmp_path / "var")
    ensure_local_cameras(store.registry, ["rtsp://u:geheim@192.0.2.1/1"], new_id=new_id)
    store.database.close()
    return tmp_path / "var"


def opened(data: Path) -> Store:
    folder = DataFolder(data)
    folder.prepare()
    return open_store(load_settings(data=data), folder)


def names(data: Path) -> set[str]:
    store = opened(data)
    try:
        return {camera.name for camera in store.registry.list_cameras(Scope.everything())}
    finally:
        store.database.close()


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["cameras", *arguments, "--data", str(data)])


def table(tmp_path: Path, text: str) -> str:
    path = tmp_path / "cameras.csv"
    path.write_bytes(text.encode("gb18030"))
    return str(path)


def test_a_dry_run_tells_what_it_would_do_and_the_real_one_does_it(data: Path, tmp_path: Path) -> None:
    file = table(tmp_path, TABLE)

    dry = run(data, "import", file, "--dry-run")
    assert (dry.exit_code, dry.output.strip()) == (0, "dry run: 2 new, 0 changed, 0 as they were, 0 faults")
    assert "新一" not in names(data)
    real = run(data, "import", file)
    assert (real.exit_code, real.output.strip()) == (0, "stored: 2 new, 0 changed, 0 as they were")
    assert {"新一", "新二"} <= names(data)
    assert run(data, "import", file).output.strip() == "stored: 0 new, 0 changed, 2 as they were"


def test_a_fault_is_told_by_row_and_column_and_keeps_everything_out(data: Path, tmp_path: Path) -> None:
    file = table(tmp_path, TABLE + f"{SITE},坏,concat:geheim\n")

    refused = run(data, "import", file)
    assert refused.exit_code == 1
    assert "row 4, column location: expected rtsp://" in refused.output
    assert "nothing was stored" in refused.output
    assert "geheim" not in refused.output
    assert "新一" not in names(data)
    assert "stored: 2 new" in run(data, "import", file, "--skip-faulty").output
    assert {"新一", "新二"} <= names(data)


def test_a_file_that_is_not_there_is_one_line(data: Path) -> None:
    refused = run(data, "import", "nowhere.csv")

    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)


def test_an_export_holds_no_password_and_overwrites_nothing(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"

    assert run(data, "export", str(file)).exit_code == 0
    assert "rtsp://***@192.0.2.1/1" in file.read_text("utf-8-sig")
    again = run(data, "export", str(file))
    assert (again.exit_code, "cannot be written" in again.output) == (2, True)


def test_cameras_are_found_and_one_is_asked_for_its_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        OnvifCamera() as camera,
        responder(lambda asked: [probe_match(asked, host="127.0.0.1", port=camera.port)]) as (host, port),
    ):
        monkeypatch.setenv("BRIGHTKITCHEN_API__DISCOVERY_NETWORKS", '["127.0.0.0/8"]')
        monkeypatch.setenv("BRIGHTKITCHEN_API__DISCOVERY_TARGETS", f'["{host}:{port}"]')
        monkeypatch.setenv("BRIGHTKITCHEN_API__DISCOVERY_SECONDS", "1")
        found = CliRunner().invoke(app, ["cameras", "discover"])
        asking = ["cameras", "discover", "--service", camera.service, "--user", USER]
        asked = CliRunner().invoke(app, asking, input=f"{PASSWORD}\n")
        refused = CliRunner().invoke(app, asking, input="wrong\n")

    assert "IPC Kitchen\tDS-2CD2143" in found.output
    assert "mainStream\t2560×1440\tH264" in asked.output
    assert "subStream\t704×576\tH264" in asked.output
    assert PASSWORD not in asked.output
    assert (refused.exit_code, "name or password refused (auth)" in refused.output) == (2, True)
