#!/usr/bin/env python3
"""Write the parts of docs/reference and of the README that follow from the code: `make docs`.

`scripts/generate_references.py` writes them anew, `--check` only tells which of them are stale (status 1).
"""

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from references import metrics, networks, readme, risk_codes, settings  # noqa: E402

from alerts.catalogue_schema import SCHEMAS, catalogue_schema_text  # noqa: E402 - the path has to be set first
from alerts.contract import CONTRACT  # noqa: E402
from alerts.messages import schema_text  # noqa: E402
from alerts.replay.lines import SCHEMA_FILE as LOG_SCHEMA  # noqa: E402
from alerts.replay.lines import schema_text as log_schema_text  # noqa: E402
from api.openapi import current_text  # noqa: E402
from credit.messages import CREDIT_SCHEMAS  # noqa: E402

REFERENCE = REPOSITORY / "docs" / "reference"


def documents() -> dict[Path, str]:
    """Every generated document with what it should hold."""
    return {
        REFERENCE / "settings.md": settings.document(),
        REFERENCE / "metrics.md": metrics.document(),
        REFERENCE / "risk-codes.md": risk_codes.document(),
        REFERENCE / "networks.md": networks.document(),
        REFERENCE / "openapi.json": current_text(),
        REPOSITORY / "README.md": readme.document(REPOSITORY / "README.md", is_chinese=False),
        REPOSITORY / "README.zh-CN.md": readme.document(REPOSITORY / "README.zh-CN.md", is_chinese=True),
        **{REFERENCE / "schemas" / name: schema_text(payload) for name, payload in (CONTRACT | CREDIT_SCHEMAS).items()},
        **{REFERENCE / "schemas" / name: catalogue_schema_text(name) for name in SCHEMAS},
        REFERENCE / "schemas" / LOG_SCHEMA: log_schema_text(),
    }


def main() -> int:
    stale = [path for path, text in documents().items() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(REPOSITORY)} is stale: run `make docs`")
        return 1 if stale else 0
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(f"{'wrote' if path in stale else 'same '} {path.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
