"""Cockroaches, a few pixels long on most cameras: a flat oval, six legs, two feelers."""

import numpy as np

from models.synth.shapes.implicit import ball, body
from models.synth.shapes.mesh import Mesh, joined
from models.synth.shapes.solids import tube

LENGTH = 0.038  # metres, an American cockroach


def cockroach(phase: float, size: float = 1.0) -> Mesh:
    """In its own frame, y forwards, on the floor. `phase` counts steps of its tripod gait."""
    brown, light = (0.20, 0.09, 0.04), (0.42, 0.24, 0.11)
    shell = body(
        [
            ball((0, -0.004, 0.0055), (0.0078, 0.0165, 0.0038), colour=brown, blend=0.002),
            ball((0, 0.011, 0.0055), (0.0062, 0.0058, 0.0034), colour=light, blend=0.001),
            ball((0, 0.0172, 0.0045), (0.003, 0.0028, 0.0024), colour=brown, blend=0.001),
        ],
        0.0016,
    )
    legs = []
    for pair, (root, reach) in enumerate(((0.009, 0.012), (0.002, -0.001), (-0.006, -0.017))):
        for side in (-1, 1):
            step = 0.004 * np.sin(2 * np.pi * phase + np.pi * (pair + (side > 0)))
            knee = (side * 0.012, root + (reach - root) * 0.4 + step * 0.5, 0.007)
            legs.append(
                tube(
                    [(side * 0.004, root, 0.004), knee, (side * 0.019, reach + step, 0.0005)],
                    [0.0011, 0.0009, 0.0005],
                    brown,
                    5,
                )
            )
    sway = 0.004 * np.sin(2 * np.pi * phase * 0.3)
    feelers = [
        tube(
            [(s * 0.0015, 0.019, 0.005), (s * 0.009 + sway, 0.034, 0.011), (s * 0.014 + sway, 0.048, 0.008)],
            0.0004,
            brown,
            4,
        )
        for s in (-1, 1)
    ]
    return joined([shell, *legs, *feelers]).scaled(size)
