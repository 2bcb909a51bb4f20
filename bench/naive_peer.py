"""What a newcomer writes after reading the tutorial of Ultralytics: one `YOLO.predict(stream=True)` per camera.

Runs under .venv-bench, never under the service's environment:
    naive_peer.py weights FILE.pt [--state-dict baseline_state_dict.pt]   make a checkpoint to load
    naive_peer.py watch FILE.pt [--size 640] [--tracked] URL...           watch the cameras until stopped

`watch` gives each camera a thread with a network of its own, as Ultralytics' guide to several streams does, leaves
every default as it is but the stride of three pictures (15 fps in, 5 looks a second) and the size, and prints one
line of JSON a second: the looks so far per camera. With `--tracked` each camera's boxes also go through supervision's
ByteTrack, as its guides show.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Ultralytics installs packages and reports usage on its own account unless it is told not to.
os.environ.setdefault("YOLO_OFFLINE", "true")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")

import torch
from ultralytics import YOLO
from ultralytics.nn.tasks import DetectionModel

PICTURES_PER_LOOK = 3
LABELS_WITHOUT_WEIGHTS = 21
COCO_LABELS = 80


def make_weights(path: Path, state_dict: Path | None) -> str:
    """Write a checkpoint that YOLO loads; where its weights are from. Speed does not depend on them."""
    stored = torch.load(state_dict, weights_only=True) if state_dict else None
    names = stored["names"] if stored else [f"label {n}" for n in range(LABELS_WITHOUT_WEIGHTS)]
    network = _network(len(names))
    if stored:
        network.load_state_dict({name: tensor.float() for name, tensor in stored["state_dict"].items()})
    network.names = dict(enumerate(names))
    torch.save({"model": network, "train_args": {"task": "detect"}}, path)
    return "trained" if stored else "random"


def _network(labels: int) -> Any:
    """YOLO11n as the shipped network is: widths of the COCO head, only its last layers have our labels."""
    network = DetectionModel("yolo11n.yaml", nc=COCO_LABELS, verbose=False)
    head = network.model[-1]
    for branch in head.cv3:
        last = branch[-1]
        branch[-1] = torch.nn.Conv2d(last.in_channels, labels, kernel_size=1)
    head.nc, head.no = labels, labels + 4 * head.reg_max
    network.nc = network.yaml["nc"] = labels
    return network


def watch(weights: Path, size: int, urls: list[str], *, is_tracked: bool) -> None:
    looks = [0] * len(urls)

    def predict(number: int, url: str) -> None:
        network = YOLO(weights, task="detect")
        stream: Any = network.predict(url, stream=True, vid_stride=PICTURES_PER_LOOK, imgsz=size, verbose=False)
        follow = tracker() if is_tracked else None
        for found in stream:
            if follow is not None:
                follow(found)
            looks[number] += 1

    for number, url in enumerate(urls):
        threading.Thread(target=predict, args=(number, url), daemon=True).start()
    while True:
        time.sleep(1)
        print(json.dumps({"looks": looks}), flush=True)


def tracker() -> Callable[[Any], Any]:
    """What a pipeline with supervision does with one camera's boxes."""
    import supervision

    tracks = supervision.ByteTrack()
    return lambda found: tracks.update_with_detections(supervision.Detections.from_ultralytics(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("weights")
    making.add_argument("path", type=Path)
    making.add_argument("--state-dict", type=Path)
    watching = commands.add_parser("watch")
    watching.add_argument("path", type=Path)
    watching.add_argument("--size", type=int, default=640)
    watching.add_argument("--tracked", action="store_true")
    watching.add_argument("urls", nargs="+")
    arguments = parser.parse_args()
    if arguments.command == "weights":
        sys.stdout.write(make_weights(arguments.path, arguments.state_dict) + "\n")
    else:
        watch(arguments.path, arguments.size, arguments.urls, is_tracked=arguments.tracked)


if __name__ == "__main__":
    main()
