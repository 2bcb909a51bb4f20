"""Metrics of the public record on its way out."""

from prometheus_client import Counter, Gauge

RECORD_PUSHES = Counter(
    "brightkitchen_record_pushes_total", "Tries to tell platforms of public records.", ["action", "outcome"]
)
RECORD_WAITING = Gauge(
    "brightkitchen_record_pushes_waiting", "Deliveries of public records that are to be sent, now or later."
)
RECORD_OLDEST = Gauge(
    "brightkitchen_record_pushes_oldest_seconds", "How long the oldest of them has been waiting for its platform."
)
RECORD_OVERDUE = Gauge(
    "brightkitchen_record_withdrawals_overdue",
    "Withdrawals and repairs that a receiver should have been told of by now, and was not.",
)
