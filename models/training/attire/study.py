"""The whole training: lessons, cross-validation, decisions, and the network that is shipped.

The folds are made of the training persons only. Their answers, each about persons that their network had not seen,
choose calibration and bands; the shipped network learns from all training persons and has seen none of `val`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog
import torch

from models.attire import AttireQuality
from models.attire_figures import measured
from models.data.attire import ATTRIBUTES, MASK
from models.training.attire import trainer
from models.training.attire.calibration import Decision, decide
from models.training.attire.lessons import Lessons, answers, make_lessons, plain_crops
from models.training.attire.persons import (
    Floats,
    Gallery,
    Person,
    folds_by_picture,
    helmeted_persons,
    judged_persons,
    masked_persons,
)
from models.training.attire.recipe import AttireRecipe
from models.training.checkpoint import write

log = structlog.get_logger(__name__)

LESSONS_NAME = "lessons.pt"
MASK_PLACE = ATTRIBUTES.index(MASK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Whom the study knows: those whose clothes were judged, and faces and heads that are taught beside them.

    `spare` are faces of pictures that no training sees: they choose how masks are decided.
    """

    judged: list[Person]
    masked: list[Person]
    helmeted: list[Person]
    spare: list[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The shipped network, how its answers are decided, and the figures of the cross-validation."""

    network: Any
    decisions: tuple[Decision, ...]
    qualities: tuple[AttireQuality, ...]


def gathered(data: Path, gallery: Gallery, recipe: AttireRecipe) -> Class:
    """Draw the persons of a study. Raises DataLayoutError."""
    rng, sources = np.random.default_rng(recipe.seed), recipe.sources
    faces = masked_persons(gallery, "train", sources.least_face_px)
    taught = _drawn(faces, sources.faces, rng)
    names = {person.name for person in taught}
    spare = [person for person in faces if person.name not in names]
    heads = helmeted_persons(gallery, "train", sources.least_face_px)
    return Class(
        judged=judged_persons(data, gallery),
        masked=taught,
        helmeted=_drawn(heads, sources.heads, rng),
        spare=_drawn(spare, sources.spare_faces, rng),
    )


def _drawn(persons: list[Person], count: int, rng: np.random.Generator) -> list[Person]:
    return [persons[place] for place in rng.permutation(len(persons))[:count]]


def run(data: Path, gallery: Gallery, recipe: AttireRecipe, *, start: Path, work: Path) -> Outcome:
    """Train and decide. Lessons and finished trainings are kept in `work`: a run that was broken off goes on there."""
    people = gathered(data, gallery, recipe)
    begun = trainer.begun(recipe, start, recipe.seed)
    lessons = _kept_lessons(begun, gallery, people, recipe, start=start, work=work)
    learners = np.array([person.split == "train" for person in people.judged])
    folds = np.where(learners, folds_by_picture(people.judged, recipe.decision.folds, recipe.seed), -1)
    network = _trained(lessons, learners, recipe, start=start, kept=work / "shipped.pt")
    out = np.zeros((len(people.judged), 2 * len(ATTRIBUTES)), dtype=np.float32)
    for fold in range(recipe.decision.folds):
        other = _trained(lessons, learners & (folds != fold), recipe, start=start, kept=work / f"fold-{fold}.pt")
        held = np.flatnonzero(folds == fold)
        out[held] = answers(other, plain_crops(gallery, [people.judged[place] for place in held], recipe))
        log.info("fold_done", fold=fold)
    faces = answers(network, plain_crops(gallery, people.spare, recipe))
    return concluded(network, people, (folds, out, faces), recipe)


def concluded(
    network: Any, people: Class, given: tuple[npt.NDArray[np.int64], Floats, Floats], recipe: AttireRecipe
) -> Outcome:
    """Decisions and figures from answers about persons whom the answering networks had not seen.

    `given`: the fold of each judged person (-1: none), and the answers about them and about the spare faces.
    """
    folds, out, faces = given
    decisions: list[Decision] = []
    qualities: list[AttireQuality] = []
    for place in range(len(ATTRIBUTES)):
        is_mask = place == MASK_PLACE
        persons = people.spare if is_mask else people.judged
        groups = folds_by_picture(persons, recipe.decision.folds, recipe.seed) if is_mask else folds
        decision, quality = _decided(persons, faces if is_mask else out, groups, place, recipe=recipe)
        decisions.append(decision)
        qualities.append(quality)
    return Outcome(network=network, decisions=tuple(decisions), qualities=tuple(qualities))


def _decided(
    persons: Sequence[Person], given: Floats, folds: npt.NDArray[np.int64], place: int, *, recipe: AttireRecipe
) -> tuple[Decision, AttireQuality]:
    states = np.array([person.states[place] for person in persons])
    known = np.flatnonzero((folds >= 0) & ~np.isnan(states))
    logits, clarities = given[known, place].astype(float), given[known, len(ATTRIBUTES) + place].astype(float)
    is_present, groups = states[known] > 0, folds[known]
    said, said_present = np.zeros(len(known), dtype=bool), np.zeros(len(known), dtype=bool)
    for fold in np.unique(groups):  # decided by the others, so that no person helps to choose its own band
        others, own = groups != fold, groups == fold
        chosen = decide(logits[others], clarities[others], is_present[others], abstained=recipe.decision.abstained)
        said[own], said_present[own] = chosen.decided(logits[own], clarities[own])
    decision = decide(logits, clarities, is_present, abstained=recipe.decision.abstained)
    pictures = [persons[int(row)].name for row in known]
    what = (
        "faces of training sources whose pictures no training saw, in a crop of a person around each"
        if place == MASK_PLACE
        else f"training persons, cross-validation of {recipe.decision.folds} folds grouped by picture"
    )
    return decision, measured(said, said_present, is_present, pictures, f"{what}; bands chosen on the other folds")


def _trained(
    lessons: tuple[Lessons, ...], learners: npt.NDArray[np.bool_], recipe: AttireRecipe, *, start: Path, kept: Path
) -> Any:
    """A training that begins with these weights, or what it left in `kept` when it was run before."""
    network = trainer.begun(recipe, start, recipe.seed)
    key = _key(recipe, start, "all")
    if kept.is_file():
        content = torch.load(kept, map_location="cpu", weights_only=True)
        if content["key"] == key:
            log.info("training_found", path=str(kept))
            network.load_state_dict(content["network"])
            return network.eval()
    sources = recipe.sources
    judged, masked, helmeted = lessons
    courses = [trainer.Course(lessons=judged, rows=judged.of(learners), per_epoch=int(learners.sum()))]
    for others, count in ((masked, sources.faces_per_epoch), (helmeted, sources.heads_per_epoch)):
        if count and len(others.owners):
            courses.append(trainer.Course(lessons=others, rows=np.arange(len(others.owners)), per_epoch=count))
    trained = trainer.train(network, courses, recipe, seed=recipe.seed)
    write(kept, {"key": key, "network": trained.state_dict()})
    return trained


def _kept_lessons(
    network: Any, gallery: Gallery, people: Class, recipe: AttireRecipe, *, start: Path, work: Path
) -> tuple[Lessons, ...]:
    path, key = work / LESSONS_NAME, _key(recipe, start, "lessons")
    if path.is_file():
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["key"] == key:
            log.info("lessons_found", path=str(path))
            return tuple(_lessons(each) for each in content["lessons"])
    sources = recipe.sources
    made = tuple(
        make_lessons(network, gallery, persons, recipe, variants=variants, seed=recipe.seed + place)
        for place, (persons, variants) in enumerate(
            (
                (people.judged, sources.variants),
                (people.masked, sources.face_variants),
                (people.helmeted, sources.head_variants),
            )
        )
    )
    rows = [[torch.from_numpy(each.owners), each.features, each.states, each.clear] for each in made]
    write(path, {"key": key, "lessons": rows})
    return made


def _lessons(row: list[Any]) -> Lessons:
    owners, features, states, clear = row
    return Lessons(owners=owners.numpy(), features=features, states=states, clear=clear)


def _key(recipe: AttireRecipe, start: Path, part: str) -> str:
    """All that lessons ("lessons") or trainings ("all") depend on, but for the data."""
    names = {"seed", "framing", "network", "sources", "augmentation"} | ({"schedule"} if part == "all" else set())
    facts = recipe.model_dump(mode="json", include=names)
    weights = hashlib.sha256(start.read_bytes()).hexdigest()
    return hashlib.sha256((json.dumps(facts, sort_keys=True) + weights).encode()).hexdigest()
