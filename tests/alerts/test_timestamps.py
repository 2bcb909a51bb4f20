"""Time stamps of a real authority: OpenSSL's, behind a small HTTP server."""

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from alerts.errors import AnchorError
from alerts.seal_testing import InMemorySeals
from alerts.seals import Seal, Timestamp
from alerts.testing import InMemoryJournal
from alerts.timestamps import Authority, TimestampAnchor

pytestmark = pytest.mark.integration

CONFIGURATION = """
[tsa]
default_tsa = kitchen
[kitchen]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = """
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


class Tsa:
    """An authority of its own root; `spoil` changes what it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca_file = folder / "ca.pem"
        self.last = b""
        self.spoiled: bytes | None = None
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        self.name_accuracy("accuracy = secs:1")
        (folder / "extensions.cnf").write_text(EXTENSIONS)
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        openssl("req", "-x509", *new_key, "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem", "-days", "30",
                "-subj", "/CN=Kitchen time root")  # fmt: skip
        openssl("req", *new_key, "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr", "-subj",
                "/CN=Kitchen time")  # fmt: skip
        openssl("x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key",
                "-CAcreateserial", "-days", "30", "-extfile", f"{folder}/extensions.cnf", "-out",
                f"{folder}/tsa.pem")  # fmt: skip

    def name_accuracy(self, line: str) -> None:
        """Let its stamps say how accurate they are; an empty line: they do not."""
        told = CONFIGURATION.format(folder=self.folder).replace("accuracy = secs:1", line)
        (self.folder / "tsa.cnf").write_text(told)

    def answer(self, question: bytes) -> bytes:
        if self.spoiled is not None:
            return self.spoiled
        (self.folder / "question.tsq").write_bytes(question)
        openssl("ts", "-reply", "-config", f"{self.folder}/tsa.cnf", "-queryfile", f"{self.folder}/question.tsq",
                "-out", f"{self.folder}/answer.tsr")  # fmt: skip
        self.last = (self.folder / "answer.tsr").read_bytes()
        return self.last


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return Tsa(tmp_path_factory.mktemp("time") / "tsa")


@pytest.fixture
def url(tsa: Tsa) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = tsa.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tsr"
    server.shutdown()
    thread.join()
    server.server_close()
    tsa.spoiled = None
    tsa.name_accuracy("accuracy = secs:1")


class Book(InMemorySeals):
    """A book that shows what was stamped."""

    def __init__(self) -> None:
        super().__init__(InMemoryJournal())
        self.stamps: list[Timestamp] = []

    def add_timestamp(self, timestamp: Timestamp) -> None:
        self.stamps.append(timestamp)


def seal(digit: str = "a") -> Seal:
    return Seal(
        number=7, form=1, feed_id=9, alert_id="a", sealed_at=datetime(2026, 1, 5, tzinfo=UTC), alert_sha256=None,
        evidence_sha256=None, entry_sha256="b" * 64, digest=digit * 64,
    )  # fmt: skip


def anchor(book: Book, url: str, tsa: Tsa, *, slow_by: timedelta = timedelta(0)) -> TimestampAnchor:
    """An anchor on a machine whose clock is behind the authority's by so much."""
    return TimestampAnchor(
        book,
        url,
        Authority(tsa.ca_file),
        timeout_seconds=30,
        now=lambda: datetime.now(UTC) - slow_by,
        clock=time.monotonic,
    )


def test_a_seal_is_stamped_and_the_stamp_is_believed(tsa: Tsa, url: str) -> None:
    book = Book()
    anchor(book, url, tsa).keep(seal())
    (stamp,) = book.stamps
    assert (stamp.number, stamp.digest) == (7, "a" * 64)
    assert abs(datetime.now(UTC) - stamp.stamped_at) < timedelta(minutes=10)
    assert Authority(tsa.ca_file).fault(stamp) is None


def test_openssl_believes_the_stamp_too(tsa: Tsa, url: str, tmp_path: Path) -> None:
    book = Book()
    anchor(book, url, tsa).keep(seal())
    (tmp_path / "digest.txt").write_text(book.stamps[0].digest)
    (tmp_path / "stamp.tsr").write_bytes(book.stamps[0].token)
    openssl("ts", "-verify", "-data", f"{tmp_path}/digest.txt", "-in", f"{tmp_path}/stamp.tsr", "-CAfile",
            str(tsa.ca_file))  # fmt: skip


def test_a_stamp_of_another_digest_time_or_authority_and_a_changed_one_are_not_believed(
    tsa: Tsa, url: str, tmp_path: Path
) -> None:
    book = Book()
    anchor(book, url, tsa).keep(seal())
    (stamp,) = book.stamps
    believed = Authority(tsa.ca_file)

    def changed(**changes: object) -> Timestamp:
        known = {name: getattr(stamp, name) for name in ("number", "digest", "stamped_at", "authority", "token")}
        return Timestamp(**{**known, **changes})

    middle = len(stamp.token) - 10  # within the signature
    broken = stamp.token[:middle] + bytes([stamp.token[middle] ^ 1]) + stamp.token[middle + 1 :]
    assert believed.fault(changed(digest="c" * 64)) is not None
    assert believed.fault(changed(stamped_at=stamp.stamped_at - timedelta(days=1))) is not None
    assert believed.fault(changed(token=broken)) is not None
    assert believed.fault(changed(token=b"no stamp")) is not None
    assert Authority(Tsa(tmp_path / "other").ca_file).fault(stamp) is not None


@pytest.mark.parametrize("slow_by", [timedelta(seconds=-3600), timedelta(0), timedelta(seconds=90.5)])
def test_a_stamp_shows_how_far_the_machines_clock_is_from_the_authoritys(
    tsa: Tsa, url: str, slow_by: timedelta
) -> None:
    book = Book()
    anchor(book, url, tsa, slow_by=slow_by).keep(seal())
    offset = book.stamps[0].clock_offset
    assert offset is not None
    assert abs(offset.seconds - slow_by.total_seconds()) <= offset.uncertainty_seconds
    assert offset.accuracy_seconds == 1.0
    assert 1.0 < offset.uncertainty_seconds < 31.0  # half of the longest wait


@pytest.mark.parametrize(
    ("line", "accuracy"),
    [
        ("", None),
        ("accuracy = millisecs:500", 0.5),
        ("accuracy = secs:2, millisecs:500, microsecs:100", 2.5001),
    ],
)
def test_the_accuracy_that_the_authority_names_is_part_of_the_uncertainty(
    tsa: Tsa, url: str, line: str, accuracy: float | None
) -> None:
    book = Book()
    tsa.name_accuracy(line)
    anchor(book, url, tsa).keep(seal())
    offset = book.stamps[0].clock_offset
    assert offset is not None
    assert offset.accuracy_seconds == accuracy
    assert offset.uncertainty_seconds > (1.0 if accuracy is None else accuracy)


def test_what_answers_another_question_or_nonsense_is_refused(tsa: Tsa, url: str) -> None:
    book = Book()
    anchor(book, url, tsa).keep(seal("a"))
    tsa.spoiled = tsa.last
    with pytest.raises(AnchorError, match="another question"):
        anchor(book, url, tsa).keep(seal("c"))
    tsa.spoiled = b"<html>"
    with pytest.raises(AnchorError, match="no stamp"):
        anchor(book, url, tsa).keep(seal("c"))
    assert len(book.stamps) == 1


def test_an_authority_that_is_away_is_an_anchor_error(tsa: Tsa) -> None:
    with pytest.raises(AnchorError, match="did not answer"):
        anchor(Book(), "http://127.0.0.1:9/tsr", tsa).keep(seal())


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(AnchorError, match="expected certificates in PEM"):
        Authority(tmp_path / "ca.pem")
