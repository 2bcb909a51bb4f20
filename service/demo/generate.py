"""Draw the demonstration clips again: `python -m service.demo.generate [FOLDER]`."""

import sys
from pathlib import Path

from service.demo.cameras import CLIPS
from service.demo.encode import encode
from service.demo.kitchen import HEIGHT, WIDTH
from service.demo.scenes import FPS, SCENES, frames


def generate(folder: Path) -> list[Path]:
    """Write every scene's clip into the folder; the same seeds give the same pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for scene in SCENES:
        path = folder / scene.file_name
        encode(path, frames(scene), fps=FPS, width=WIDTH, height=HEIGHT)
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in generate(Path(sys.argv[1]) if len(sys.argv) > 1 else CLIPS):
        sys.stdout.write(f"{written.name}: {written.stat().st_size / 1e6:.1f} MB\n")
