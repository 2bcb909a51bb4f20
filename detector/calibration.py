"""Pictures to measure a network's ranges on: from the training split, as many of each label as there can be.

Ranges are those of what was shown, so a rare label that is not among the pictures may be cut off. The choice depends
on the seed and the data alone.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from detector.evaluation_samples import Sample, Samples
from detector.letterbox import Letterbox, PlaneWriter
from domain.geometry import FloatArray
from models.data.errors import DataError
from models.manifest import NetworkInput

NOTHING = ""  # stands for pictures in which nothing is labelled: backgrounds have ranges too


def digests(samples: Samples) -> frozenset[bytes]:
    """What tells the files of pictures apart, whatever they are called."""
    return frozenset(_digest(sample) for sample in samples.read())


def _digest(sample: Sample) -> bytes:
    return hashlib.sha256(sample.encoded).digest()


def choose_names(samples: Samples, count: int, *, seed: int, barred: Collection[bytes] = ()) -> list[str]:
    """Names of up to `count` pictures, in turn one that shows each label, in an order drawn by lot.

    None whose digest is `barred` is taken: the pictures that the network will be measured on, which may lie among the
    training pictures by mistake. Raises DataError where no picture is left.
    """
    shown = {
        sample.name: frozenset(each.label for each in sample.truth) or frozenset({NOTHING})
        for sample in samples.read()
        if _digest(sample) not in barred
    }
    chosen = balanced(shown, count, seed=seed)
    if not chosen:
        raise DataError("there is no training picture to measure ranges on that is not for validation as well")
    return chosen


def balanced(shown: Mapping[str, frozenset[str]], count: int, *, seed: int) -> list[str]:
    """Names of up to `count` pictures; `shown` says which labels each one shows.

    The label that has the fewest pictures so far gets the next one, as long as it has any; the earlier in the
    alphabet first.
    """
    names = sorted(shown)
    lots = np.random.default_rng(seed).permutation(len(names))
    queues: dict[str, list[str]] = {}
    for lot in lots[::-1]:
        for label in shown[names[lot]]:
            queues.setdefault(label, []).append(names[lot])
    taken = dict.fromkeys(sorted(queues), 0)
    chosen: dict[str, None] = {}
    while queues and len(chosen) < count:
        label = min(queues, key=lambda each: (taken[each], each))
        name = queues[label].pop()
        if not queues[label]:
            del queues[label]
        if name not in chosen:
            chosen[name] = None
            for each in shown[name]:
                taken[each] += 1
    return list(chosen)


def prepared(samples: Samples, names: Sequence[str], network: NetworkInput) -> Iterator[FloatArray]:
    """The named pictures as the detector hands them to the network: one batch of one each, shape (1, 3, h, w).

    They come in the order of the samples. Raises PictureError for a broken picture.
    """
    writer = PlaneWriter(network)
    for sample in samples.read(frozenset(names)):
        picture = sample.picture
        letterbox = Letterbox.for_network(picture.width, picture.height, network)
        yield writer.write([picture], letterbox).copy()
