"""A recipe fitted to what it is used on: few pictures, and the network that it goes on from. Pure."""

from models.manifest import ModelManifest
from models.training.recipe import Recipe

LEAST_STEPS = 8  # of an epoch: fewer pictures than these steps need are shown more than once in it


def fitted(recipe: Recipe, pictures: int, start: ModelManifest | None) -> Recipe:
    """The recipe with the start's architecture and activation, and with epochs that are worth the name.

    `pictures` are those to learn from. What the recipe itself says of `pictures_per_epoch` stays.
    """
    sampling = recipe.sampling
    if sampling.pictures_per_epoch is None:
        count = max(pictures, LEAST_STEPS * recipe.schedule.batch_size)
        sampling = sampling.model_copy(update={"pictures_per_epoch": count})
    network = recipe.network
    if start is not None:
        said = start.training.architecture.lower()
        network = network.model_copy(
            update={
                "architecture": "yolo11s" if said.startswith("yolo11s") else "yolo11n",
                "activation": "relu" if "relu" in said else "silu",
            }
        )
    return Recipe.model_validate(recipe.model_copy(update={"sampling": sampling, "network": network}).model_dump())
