"""Loads structlog without the pretty tracebacks that it would take along where their libraries are installed.

Typer brings these libraries, so they nearly always are: 3.5 MB for every process of the service. Our lines show plain
tracebacks in any format (see service.logging), and Typer still finds them for its pages of help.
"""

import sys

_PRETTY = "rich"


def load_lean_structlog() -> None:
    """Before anything else imports structlog; where it or the libraries are loaded already, nothing is to be spared."""
    if "structlog" in sys.modules or _PRETTY in sys.modules:
        return
    # None is the import system's documented mark of a module that cannot be imported.
    sys.modules[_PRETTY] = None  # type: ignore[assignment]
    try:
        import structlog.dev  # noqa: F401 - loaded for its side: whoever imports it later finds it so
    finally:
        del sys.modules[_PRETTY]
