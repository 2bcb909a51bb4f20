"""What can go wrong with several machines."""

from pathlib import Path


class RayNodeError(Exception):
    """Ray cannot run on this machine. `log_file` holds what Ray itself said."""

    def __init__(self, reason: str, log_file: Path) -> None:
        super().__init__(f"Ray cannot run: {reason} (see {log_file})")
        self.reason = reason
        self.log_file = log_file
