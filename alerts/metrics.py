"""Figures about alerts, declared once. Labels come from bounded sets only."""

from prometheus_client import Counter, Gauge, Histogram

ALERTS = Counter("brightkitchen_alerts_total", "Steps of alerts that were recorded.", ["site", "code", "step"])
ALERT_LATENCY = Histogram(
    "brightkitchen_alert_latency_seconds",
    "From the capture of the confirming picture to the broker's PUBACK of the alert.",
    buckets=(0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0, 86400.0),
)
ABSTENTIONS = Counter(
    "brightkitchen_abstentions_total", "Sightings that a rule could not judge, once per frame.", ["code", "cause"]
)
SUPPRESSIONS = Counter(
    "brightkitchen_suppressed_violations_total", "Violations that fell into the cool-down of an earlier one.", ["code"]
)
EVIDENCE = Counter("brightkitchen_evidence_total", "Pieces of evidence by outcome.", ["kind", "outcome"])
EVIDENCE_SPOOLED = Gauge(
    "brightkitchen_evidence_spooled_bytes", "Evidence on the local disk that waits for the object store."
)
EVIDENCE_SECONDS = Histogram(
    "brightkitchen_evidence_seconds",
    "Time to make and store still and boxes of one alert.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
JOURNAL_FAILURES = Counter("brightkitchen_journal_failures_total", "Writes that the database did not take.", ["kind"])
UNRECORDED = Gauge("brightkitchen_unrecorded_steps", "Steps of alerts in memory that await the database.")
SET_ASIDE = Gauge("brightkitchen_steps_set_aside", "Steps that the database refused for good; they need a person.")
OUTBOX_DEPTH = Gauge("brightkitchen_outbox_depth", "Messages that await their PUBACK.")
OUTBOX_OLDEST = Gauge("brightkitchen_outbox_oldest_seconds", "Age of the oldest message that awaits its PUBACK.")
PUBLISHED = Counter("brightkitchen_mqtt_published_total", "Messages by outcome.", ["outcome"])
BROKER_UP = Gauge("brightkitchen_broker_up", "1 while connected to the MQTT broker.")
BROKER_CONNECTS = Counter("brightkitchen_broker_connects_total", "Tries to connect by outcome.", ["outcome"])
SEALS = Counter("brightkitchen_seals_total", "Steps of alerts that were sealed into the chain.")
SEAL_FAILURES = Counter("brightkitchen_seal_failures_total", "Tries to seal or anchor that failed.", ["place"])
ANCHORED_SEAL = Gauge("brightkitchen_anchored_seal", "Number of the newest seal that was anchored.", ["place"])
