"""Figures about keeping evidence, declared once."""

from prometheus_client import Counter, Gauge

DELETED = Counter("brightkitchen_evidence_deleted_total", "Pieces of evidence that were deleted.", ["kind", "trigger"])
FREE_BYTES = Gauge("brightkitchen_evidence_free_bytes", "Free space of the disk that evidence lies on.")
SPACE = Gauge(
    "brightkitchen_evidence_space_state", "0 enough room; 1 evidence is deleted to make room; 2 no room can be made."
)
CLOCK_DOUBTED = Gauge("brightkitchen_keeping_clock_doubted", "1 while nothing is deleted: the clock may be wrong.")
FAILURES = Counter("brightkitchen_keeping_failures_total", "Tries to delete evidence that failed.", ["what"])
HOLDS = Counter("brightkitchen_legal_holds_total", "Legal holds that were set and lifted.", ["change"])
ACCESSES = Counter("brightkitchen_unmasked_accesses_total", "Unmasked originals that were opened, by kind.", ["kind"])
