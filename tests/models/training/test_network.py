# ruff: noqa: E402  # torch may be missing, and what is tested here needs it
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from models.training.errors import CheckpointError
from models.training.network import (
    WeightAverage,
    blend,
    build,
    compact_state,
    load_start_weights,
    parameter_groups,
    set_training,
)
from models.training.recipe import NetworkRecipe, read_recipe
from tests.models.training.drawn import LABELS
from tests.support.checkout import REPOSITORY
from tests.support.shared import shared_data


@pytest.fixture(scope="module")
def other() -> Any:
    torch.manual_seed(11)
    return build(NetworkRecipe(), LABELS)


def saved(folder: Path, content: Any) -> Path:
    path = folder / "weights.pt"
    torch.save(content, path)
    return path


def test_compact_weights_start_another_network_whole(other: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, compact_state(other, LABELS))
    network = build(NetworkRecipe(), LABELS)

    taken = load_start_weights(network, path, LABELS)

    assert taken == len(network.state_dict())
    assert path.stat().st_size < 6_000_000
    own, wanted = network.state_dict(), other.state_dict()
    assert all(torch.allclose(own[name], wanted[name], rtol=1e-3, atol=1e-4) for name in own)


def test_rows_of_the_class_head_follow_the_names_of_their_labels(other: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, compact_state(other, LABELS))
    torch.manual_seed(12)
    labels = ("hat", "disc", "square")
    network = build(NetworkRecipe(), labels)

    load_start_weights(network, path, labels)

    rows = "model.23.cv3.0.2.weight"
    mine, theirs = network.state_dict()[rows], other.state_dict()[rows]
    assert torch.allclose(mine[1], theirs[LABELS.index("disc")], atol=1e-3)
    assert torch.allclose(mine[2], theirs[LABELS.index("square")], atol=1e-3)
    assert not any(torch.allclose(mine[0], row, atol=1e-2) for row in theirs)


def test_a_network_of_other_labels_starts_with_a_fresh_class_head(other: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, compact_state(other, LABELS))
    network = build(NetworkRecipe(), ("hat", "board", "knife"))

    taken = load_start_weights(network, path, ("hat", "board", "knife"))

    assert taken == len(network.state_dict()) - 6  # weight and bias of three last layers


def test_a_network_is_moved_part_of_the_way_to_another(other: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, compact_state(other, LABELS))
    network = build(NetworkRecipe(), LABELS)
    name = "model.3.conv.weight"
    wanted = 0.75 * network.state_dict()[name] + 0.25 * other.state_dict()[name]

    blend(network, path, LABELS, 0.25)

    assert torch.allclose(network.state_dict()[name], wanted, atol=1e-3)
    with pytest.raises(CheckpointError):
        blend(network, path, ("a", "b", "c"), 0.25)


def test_other_networks_weights_are_refused(other: Any, tmp_path: Path) -> None:
    tensors = other.state_dict()
    del tensors["model.5.conv.weight"]

    with pytest.raises(CheckpointError, match=r"model\.5\.conv\.weight"):
        load_start_weights(build(NetworkRecipe(), LABELS), saved(tmp_path, tensors), LABELS)


@pytest.mark.parametrize("content", [b"", b"a network"])
def test_files_that_are_no_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)

    with pytest.raises(CheckpointError):
        load_start_weights(build(NetworkRecipe(), LABELS), path, LABELS)


@pytest.mark.parametrize("name", ["baseline/baseline_state_dict.pt", "yolo11n_coco_rebuilt_state_dict.pt"])
def test_the_shared_weights_fit(name: str) -> None:
    labels = ("square", "disc", "hat")  # none of which these weights know
    network = build(NetworkRecipe(), labels)

    taken = load_start_weights(network, shared_data() / "weights" / name, labels)

    assert taken == len(network.state_dict()) - 6


@pytest.mark.parametrize(("name", "millions"), [("kitchen-n", 2.6), ("kitchen-n-relu", 2.6), ("kitchen-s", 9.4)])
def test_the_networks_of_our_recipes_have_the_size_that_they_are_chosen_for(name: str, millions: float) -> None:
    recipe = read_recipe(REPOSITORY / "models" / "recipes" / f"{name}.yaml")

    network = build(recipe.network, LABELS)

    assert sum(parameter.numel() for parameter in network.parameters()) / 1e6 == pytest.approx(millions, abs=0.1)


def test_the_relu_network_has_no_other_activation() -> None:
    kinds = {type(module).__name__ for module in build(NetworkRecipe(activation="relu"), LABELS).modules()}

    assert "ReLU" in kinds
    assert "SiLU" not in kinds


def test_frozen_layers_learn_nothing_and_keep_their_statistics() -> None:
    recipe = NetworkRecipe(frozen_layers=3)
    network = build(recipe, LABELS)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    set_training(network, recipe)
    optimiser = torch.optim.AdamW(parameter_groups(network, 0.1), lr=0.01)

    sum(part.float().square().mean() for part in network(torch.rand(2, 3, 64, 64))["feats"]).backward()
    optimiser.step()

    changed = {
        int(name.split(".")[1]) for name, tensor in network.state_dict().items() if (tensor != before[name]).any()
    }
    assert min(changed) == 3


def test_biases_and_normalisation_do_not_decay() -> None:
    decayed, kept = parameter_groups(build(NetworkRecipe(), LABELS), 0.1)

    assert (decayed["weight_decay"], kept["weight_decay"]) == (0.1, 0.0)
    assert all(parameter.ndim > 1 for parameter in decayed["params"])
    assert all(parameter.ndim == 1 for parameter in kept["params"])


def test_the_average_follows_slowly(other: Any) -> None:
    average = WeightAverage(other)
    moved = build(NetworkRecipe(), LABELS)
    name = "model.0.conv.weight"
    wanted = 0.9 * other.state_dict()[name] + 0.1 * moved.state_dict()[name]

    average.update(moved, 0.9)

    assert torch.allclose(average.network.state_dict()[name], wanted, atol=1e-6)
    assert average.updates == 1
