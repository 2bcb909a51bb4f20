"""`python -m bench`: end-to-end figures, printed and written to bench/out/end_to_end.json."""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.cameras import Content, available_content
from bench.end_to_end import EndToEnd, Plan
from bench.table import documented, table
from bench.trials import Window
from tests.support.rtsp import SYSTEM_PYTHON

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "performance.md"
PEER_SIZES = (640, 416)


def arguments_of(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0, help="how long each trial measures (12)")
    parser.add_argument("--warm-up", type=float, default=4.0, help="how long it runs before that (4)")
    parser.add_argument("--cameras", type=int, default=2, help="cameras in the rounds beside the peer (2)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds beside the peer, medians are reported (3)")
    parser.add_argument("--most", type=int, default=64, help="the largest number of cameras tried (64)")
    parser.add_argument("--without-search", action="store_true", help="do not look for the number of cameras held")
    parser.add_argument("--without-peer", action="store_true", help="measure the service alone")
    parser.add_argument(
        "--content", choices=[*Content], help="demo: rendered clips; real: ../shared/data/videos (default where there)"
    )
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    parser.add_argument("--out", type=Path, default=FOLDER / "out", help="folder of the report (bench/out)")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    arguments = arguments_of(words)
    if not SYSTEM_PYTHON.exists():
        sys.exit("bench: the RTSP server needs the system's python3-gi; run scripts/setup --test")
    peer_sizes = () if arguments.without_peer else PEER_SIZES
    if peer_sizes:
        subprocess.run([str(FOLDER / "setup")], check=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        content=Content(arguments.content or available_content()),
        cameras=arguments.cameras,
        rounds=arguments.rounds,
        window=Window(warm_up_seconds=arguments.warm_up, seconds=arguments.seconds),
        searches=not arguments.without_search,
        most_cameras=arguments.most,
        peer_sizes=peer_sizes,
    )
    report = EndToEnd(plan, arguments.out, lambda line: print(line, flush=True)).run()
    path = arguments.out / "end_to_end.json"
    path.write_text(report.as_json() + "\n", encoding="utf-8")
    if arguments.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), table(report)), encoding="utf-8")
    print(f"\n{table(report)}\n\nwritten to {path}")


if __name__ == "__main__":
    main()
