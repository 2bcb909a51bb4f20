"""Pixels in, detections and tracks out."""

import models  # noqa: F401 - tells ONNX Runtime to report nothing, before anything here loads it
