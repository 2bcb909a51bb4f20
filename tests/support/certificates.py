"""A certificate for `localhost` that signed itself: it is its own authority."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    file: Path
    key: Path


def make_certificate(folder: Path, *names: str) -> Certificate:
    """For the host names given; without any for localhost."""
    wanted = names or ("localhost",)
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={wanted[0]}"]
    command += ["-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in wanted)]
    command += ["-keyout", str(made.key), "-out", str(made.file)]
    subprocess.run(command, check=True, capture_output=True)
    return made
