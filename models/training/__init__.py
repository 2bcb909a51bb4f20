"""Training of YOLO detectors on pictures that are labelled only in part. Nothing that serves imports this package.

It needs the extra `train` (`scripts/setup-train`); recipes, data, scenes and sampling do without torch.
"""

import os

# Ultralytics installs packages, downloads and reports usage on its own account unless it is told not to.
os.environ.setdefault("YOLO_OFFLINE", "true")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
