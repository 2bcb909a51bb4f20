"""The composition root: settings, wiring, command line, logging, database. Nothing imports it."""

import models  # noqa: F401 - tells ONNX Runtime to report nothing, whoever loads it
from service.lean_logging import load_lean_structlog

load_lean_structlog()  # here, as it must come before all that logs
