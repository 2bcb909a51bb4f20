import os
import tempfile

# Ultralytics writes its settings where this points, when it is imported first.
os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.mkdtemp(prefix="brightkitchen-ultralytics-"))
