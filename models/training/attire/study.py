"""The whole training: lessons, cross-validation, decisions, and the network that is shipped.

The folds are made of the training persons only. Their answers, each about persons that their network had not seen,
choose calibration and bands; the shipped network learns from all training persons and has seen none of `val`.
Rendered persons, where there are any, are taught to all of these networks and judged by none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog

from models.attire import AttireQuality
from models.attire_figures import measured
from models.data.attire import APRON, ATTRIBUTES, MASK, read_attire
from models.training.attire import trainer
from models.training.attire.aprons import UNCALIBRATED, ApronFigures, aprons_found
from models.training.attire.calibration import Decision, decide
from models.training.attire.cast import Cast
from models.training.attire.kept import Keys, kept_lessons, kept_network
from models.training.attire.lessons import Lessons, answers, make_lessons, plain_crops, widened
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

log = structlog.get_logger(__name__)

LESSONS_NAME, RENDERED_NAME = "lessons.pt", "rendered.pt"
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
    """The shipped network, how its answers are decided, and the figures of the cross-validation.

    A decision per output of the network; `qualities` are those of ATTRIBUTES, which come first. `aprons` is there
    where aprons are judged too.
    """

    network: Any
    decisions: tuple[Decision, ...]
    qualities: tuple[AttireQuality, ...]
    aprons: ApronFigures | None = None
    rendered: int = 0

    @property
    def attributes(self) -> tuple[str, ...]:
        return ATTRIBUTES if self.aprons is None else (*ATTRIBUTES, APRON)


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


def taught_attributes(recipe: AttireRecipe, *, has_cast: bool) -> tuple[str, ...]:
    """Aprons only where rendered persons teach them."""
    return (*ATTRIBUTES, APRON) if has_cast and recipe.rendered.apron else ATTRIBUTES


def run(
    data: Path, gallery: Gallery, recipe: AttireRecipe, *, start: Path, work: Path, cast: Cast | None = None
) -> Outcome:
    """Train and decide. Lessons and finished trainings are kept in `work`: a run that was broken off goes on there."""
    people = gathered(data, gallery, recipe)
    studio = _Studio(people=people, gallery=gallery, recipe=recipe, start=start, work=work, cast=cast)
    lessons = studio.lessons()
    learners = np.array([person.split == "train" for person in people.judged])
    folds = np.where(learners, folds_by_picture(people.judged, recipe.decision.folds, recipe.seed), -1)
    network = studio.trained(lessons, learners, "shipped")
    out = np.zeros((len(people.judged), 2 * len(studio.attributes)), dtype=np.float32)
    for fold in range(recipe.decision.folds):
        other = studio.trained(lessons, learners & (folds != fold), f"fold-{fold}")
        held = np.flatnonzero(folds == fold)
        out[held] = answers(other, plain_crops(gallery, [people.judged[place] for place in held], recipe))
        log.info("fold_done", fold=fold)
    faces = answers(network, plain_crops(gallery, people.spare, recipe))
    outcome = concluded(network, people, (folds, out, faces), recipe)
    rendered = len(cast.persons) if cast else 0
    if APRON not in studio.attributes:
        return replace(outcome, rendered=rendered)
    seen = answers(network, plain_crops(gallery, people.judged, recipe))[:, studio.attributes.index(APRON)]
    return replace(
        outcome,
        decisions=(*outcome.decisions, UNCALIBRATED),
        aprons=aprons_found(read_attire(data), seen),
        rendered=rendered,
    )


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
    logits, clarities = given[known, place].astype(float), given[known, given.shape[1] // 2 + place].astype(float)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Studio:
    """What all trainings of a study have in common."""

    people: Class
    gallery: Gallery
    recipe: AttireRecipe
    start: Path
    work: Path
    cast: Cast | None

    @property
    def attributes(self) -> tuple[str, ...]:
        return taught_attributes(self.recipe, has_cast=self.cast is not None)

    @property
    def keys(self) -> Keys:
        return Keys(recipe=self.recipe, start=self.start, rendered=self.cast.digest if self.cast else "")

    def begun(self) -> Any:
        return trainer.begun(self.recipe, self.start, self.recipe.seed, len(self.attributes))

    def lessons(self) -> tuple[Lessons, ...]:
        """Of judged persons, faces, heads and, where there are any, rendered persons; made once and kept."""
        network, sources, people = self.begun(), self.recipe.sources, self.people
        groups = (
            (people.judged, sources.variants),
            (people.masked, sources.face_variants),
            (people.helmeted, sources.head_variants),
        )
        real = kept_lessons(
            self.work / LESSONS_NAME,
            self.keys.lessons,
            lambda: tuple(
                self._made(network, self.gallery, persons, variants, place)
                for place, (persons, variants) in enumerate(groups)
            ),
        )
        cast = self.cast
        if cast is None:
            return real
        rendered = kept_lessons(
            self.work / RENDERED_NAME,
            self.keys.rendered_lessons,
            lambda: (self._made(network, cast.gallery, cast.persons, self.recipe.rendered.variants, len(groups)),),
        )
        return tuple(widened(each, len(self.attributes)) for each in (*real, *rendered))

    def _made(self, network: Any, gallery: Gallery, persons: Sequence[Person], variants: int, place: int) -> Lessons:
        return make_lessons(network, gallery, persons, self.recipe, variants=variants, seed=self.recipe.seed + place)

    def trained(self, lessons: tuple[Lessons, ...], learners: npt.NDArray[np.bool_], name: str) -> Any:
        """A training with some of the judged persons and all others, or what an earlier run left of it."""
        return kept_network(
            self.work / f"{name}.pt",
            self.keys.training,
            self.begun(),
            lambda network: trainer.train(
                network, self._courses(lessons, learners), self.recipe, seed=self.recipe.seed
            ),
        )

    def _courses(self, lessons: tuple[Lessons, ...], learners: npt.NDArray[np.bool_]) -> list[trainer.Course]:
        judged, sources = lessons[0], self.recipe.sources
        courses = [trainer.Course(lessons=judged, rows=judged.of(learners), per_epoch=int(learners.sum()))]
        counts = (sources.faces_per_epoch, sources.heads_per_epoch, self.recipe.rendered.per_epoch)
        for others, count in zip(lessons[1:], counts, strict=False):  # the last only where there are rendered persons
            if count and len(others.owners):
                courses.append(trainer.Course(lessons=others, rows=np.arange(len(others.owners)), per_epoch=count))
        return courses
