"""Stands in for torchvision beside a CPU build of torch: the two functions that Ultralytics calls when it predicts.

The torchvision of the package index is built for CUDA and does not load beside a CPU build of torch.
"""

from . import ops

__version__ = "0.0.0+standin"
__all__ = ["ops"]
