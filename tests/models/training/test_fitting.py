from models.manifest import ModelManifest
from models.registry import ZOO_FOLDER, ModelRegistry
from models.training.fitting import fitted
from models.training.recipe import read_recipe

OWN = read_recipe(ZOO_FOLDER.parent / "recipes" / "own-pictures.yaml")
START = ModelRegistry().load("kitchen-n").manifest


def test_few_pictures_are_shown_often_enough_to_learn_from() -> None:
    assert fitted(OWN, 5, START).sampling.pictures_per_epoch == 64
    assert fitted(OWN, 500, START).sampling.pictures_per_epoch == 500


def test_what_the_recipe_says_of_an_epoch_stays() -> None:
    said = OWN.model_copy(update={"sampling": OWN.sampling.model_copy(update={"pictures_per_epoch": 12})})

    assert fitted(said, 500, START).sampling.pictures_per_epoch == 12


def test_the_network_is_built_like_the_one_that_it_starts_from() -> None:
    def like(architecture: str) -> ModelManifest:
        training = START.training.model_copy(update={"architecture": architecture})
        return START.model_copy(update={"training": training})

    small, nano = (fitted(OWN, 20, like(said)).network for said in ("YOLO11S, ReLU, fp32", "YOLO11N, SiLU, fp32"))

    assert (small.architecture, small.activation) == ("yolo11s", "relu")
    assert (nano.architecture, nano.activation) == ("yolo11n", "silu")
    assert fitted(OWN, 20, None).network == OWN.network
