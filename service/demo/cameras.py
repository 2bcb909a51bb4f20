"""Where the demonstration clips lie."""

from pathlib import Path

from service.demo.scenes import SCENES

# The clips travel with the package, beside this file.
CLIPS = Path(__file__).resolve().parent


def demo_cameras() -> list[tuple[str, Path]]:
    """Name and clip of each demonstration camera. The clips are drawn by `service.demo.generate`."""
    return [(scene.name, CLIPS / scene.file_name) for scene in SCENES]
