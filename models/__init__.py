"""The trained networks: manifests, their checks, and the zoo. Database rows are never called models here."""

import os

# ONNX Runtime's wheels for Linux report to Microsoft what they run, and keep a database for that in the home folder,
# unless this stands in the environment when the library is loaded. This package is imported before it everywhere.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
