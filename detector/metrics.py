"""Figures of the detector, declared once. Seconds; labels from bounded sets only."""

from prometheus_client import Counter, Histogram

INFERENCE_SECONDS = Histogram(
    "brightkitchen_inference_seconds",
    "Time of one network call, whatever its batch",
    ["model", "runtime"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5),
)
BATCH_SIZE = Histogram("brightkitchen_batch_size", "Pictures in one network call", buckets=(1, 2, 4, 8, 16, 32, 64))
FRAME_AGE_SECONDS = Histogram(
    "brightkitchen_frame_age_seconds",
    "Time from the capture of a frame until its tracks were known and handed on",
    buckets=(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0),
)
VOID_BOXES = Counter(
    "brightkitchen_void_boxes_total", "Rows of network output dropped because they cannot be boxes", ["model"]
)
PICTURES_NOT_JUDGED = Counter(
    "brightkitchen_pictures_not_judged_total", "Pictures about which nothing could be said", ["cause"]
)
FRAMES_SUPERSEDED = Counter(
    "brightkitchen_detector_frames_superseded_total",
    "Frames handed to the detector and not looked at, by cause: newer (a newer one of the camera was there), "
    "older (it was not newer than the last one), void (the camera's tracks became void meanwhile)",
    ["cause"],
)
DETECTOR_ERRORS = Counter(
    "brightkitchen_detector_errors_total",
    "Errors the inference threads survived, by stage: supply, regions, detect, track, attire, attention, sink",
    ["stage"],
)
DETECTIONS = Counter("brightkitchen_detections_total", "Detections at or above their label's threshold", ["label"])
LOOKS = Counter(
    "brightkitchen_looks_total",
    "Pictures that came to the gate: looked (the network saw them) or spared (nothing had changed)",
    ["outcome"],
)
REGION_LOOKS = Counter(
    "brightkitchen_region_looks_total",
    "Looks at regions with a taught head: told, unsure or unlike (it could not tell), failed",
    ["outcome"],
)
ATTIRE_READINGS = Counter(
    "brightkitchen_attire_readings_total",
    "Looks at what a person wears, by attribute and answer: present, absent, unclear",
    ["attribute", "state"],
)
ATTIRE_POSTPONED = Counter(
    "brightkitchen_attire_postponed_total", "Persons due for a look at their clothes who had to wait for a later frame"
)
CLOSE_LOOKS = Counter(
    "brightkitchen_close_looks_total", "Crops that the network looked at near the picture's own resolution"
)
CLOSE_LOOKS_POSTPONED = Counter(
    "brightkitchen_close_looks_postponed_total", "Crops that were proposed and not looked at: the budget was spent"
)
CLOSE_FINDS = Counter(
    "brightkitchen_close_finds_total", "Boxes that only a closer look found, at the floor that the tracker can use"
)
