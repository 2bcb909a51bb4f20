"""The places by name."""

import functools
from collections.abc import Callable

from models.synth.places.back_door import back_door
from models.synth.places.cold_room import cold_room
from models.synth.places.hot_kitchen import hot_kitchen
from models.synth.places.place import Place, Spot
from models.synth.places.work_site import work_site
from models.synth.story import PlaceName

_BUILDERS: dict[PlaceName, Callable[[int], Place]] = {
    PlaceName.HOT_KITCHEN: hot_kitchen,
    PlaceName.COLD_ROOM: cold_room,
    PlaceName.BACK_DOOR: back_door,
    PlaceName.WORK_SITE: work_site,
}


def build_place(name: PlaceName, seed: int) -> Place:
    """The place with the details that the seed draws; the same things for the same seed."""
    return _BUILDERS[name](seed)


@functools.cache
def spots_of(name: PlaceName) -> dict[str, Spot]:
    """The named spots, which no seed moves."""
    return build_place(name, 0).spots
