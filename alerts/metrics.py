"""Figures about alerts, declared once. Labels come from bounded sets only."""

from prometheus_client import Counter, Gauge, Histogram

ALERTS = Counter("brightkitchen_alerts_total", "Steps of alerts that were recorded.", ["site", "code", "step"])
ALERT_LATENCY = Histogram(
    "brightkitchen_alert_latency_seconds",
    "From the capture of the confirming picture to the broker's PUBACK of the alert.",
    buckets=(0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0, 86400.0),
)
ALERT_SPANS = Histogram(
    "brightkitchen_alert_span_seconds",
    "Parts of that time: until a rule confirmed it (seen), and from then until it was stored (recorded) and until the "
    "PUBACK (delivered).",
    ["span"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0),
)
ABSTENTIONS = Counter(
    "brightkitchen_abstentions_total", "Sightings that a rule could not judge, once per frame.", ["code", "cause"]
)
SUPPRESSIONS = Counter(
    "brightkitchen_suppressed_violations_total", "Violations that fell into the cool-down of an earlier one.", ["code"]
)
LOGGED_LOOKS = Counter(
    "brightkitchen_detection_log_looks_total", "Looks for the detection log by outcome.", ["outcome"]
)
SENSOR_READINGS = Counter(
    "brightkitchen_sensor_readings_total", "Messages of sensors by outcome.", ["sensor", "outcome"]
)
SENSOR_READ_AT = Gauge(
    "brightkitchen_sensor_last_reading_timestamp_seconds", "When a sensor was last read, in Unix time.", ["sensor"]
)
LICENCES = Gauge(
    "brightkitchen_licences",
    "Enterprises by what the last look knew of their licence; no_data: no date is entered, which is not compliant.",
    ["standing"],
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

FORWARD_DEPTH = Gauge(
    "brightkitchen_forward_queue_depth", "Steps of alerts at an edge that its centre does not have yet."
)
FORWARD_OLDEST = Gauge(
    "brightkitchen_forward_oldest_seconds", "Age of the oldest step that its centre does not have yet."
)
FORWARD_REFUSED = Gauge(
    "brightkitchen_forward_refused_depth", "Steps and files that the centre refuses; they need a person."
)
FORWARD_WAITING_BYTES = Gauge(
    "brightkitchen_forward_evidence_bytes", "Evidence at an edge that its centre does not have yet."
)
FORWARDED = Counter(
    "brightkitchen_forwarded_total", "Steps of alerts offered to the centre, by its answer.", ["outcome"]
)
FORWARDED_FILES = Counter(
    "brightkitchen_forwarded_files_total", "Files of evidence offered to the centre.", ["outcome"]
)
CENTRE_UP = Gauge("brightkitchen_centre_up", "1 while an edge's centre answers.")
CLOCK_OFFSET = Gauge(
    "brightkitchen_clock_offset_seconds", "What an edge's clock lacks to its centre's, as last measured."
)
NODE_UP = Gauge("brightkitchen_node_up", "1 while the node's signs of life arrive at this centre.", ["node"])
NODE_SEEN = Gauge("brightkitchen_node_silent_seconds", "Time since the node's last sign of life.", ["node"])
NODE_LAG = Gauge(
    "brightkitchen_node_lag_seconds", "Age of the oldest step that the node has not got through.", ["node"]
)
NODE_CLOCK = Gauge("brightkitchen_node_clock_offset_seconds", "What the node's clock lacks to this centre's.", ["node"])
INGESTED = Counter(
    "brightkitchen_ingested_steps_total", "Steps of alerts that nodes sent, by answer.", ["node", "outcome"]
)
INGESTED_FILES = Counter(
    "brightkitchen_ingested_files_total", "Files of evidence that nodes sent.", ["node", "outcome"]
)
FINDINGS = Counter("brightkitchen_findings_total", "Findings of AI cameras by outcome.", ["outcome"])
RISES = Counter("brightkitchen_alert_rises_total", "Alerts whose class rose, by the cause.", ["class", "cause"])
OVERDUE = Counter("brightkitchen_overdue_total", "Times of people that passed, as they were told.", ["class", "duty"])

NOTIFICATIONS = Counter(
    "brightkitchen_notifications_total", "Messages to recipients by channel and outcome.", ["channel", "outcome"]
)
NOTIFIED = Counter(
    "brightkitchen_notified_steps_total", "Steps of alerts that messages to recipients carried.", ["channel"]
)
NOTIFY_WAITING = Gauge("brightkitchen_notify_waiting", "Deliveries to recipients that are to be sent, now or later.")
NOTIFY_OLDEST = Gauge(
    "brightkitchen_notify_oldest_seconds", "How long the oldest delivery that is due waits for its recipient."
)
NOTIFY_DEAD = Gauge("brightkitchen_notify_dead", "Deliveries that were given up; they need a person.")
DEVICE_UP = Gauge("brightkitchen_device_up", "1 while the event stream of a device (ISAPI) is followed.", ["node"])
DEVICE_EVENTS = Counter("brightkitchen_device_events_total", "Events of devices by outcome.", ["node", "outcome"])

EVIDENCE_DELETED = Counter(
    "brightkitchen_evidence_deleted_total", "Pieces of evidence that were deleted.", ["kind", "trigger"]
)
EVIDENCE_FREE_BYTES = Gauge("brightkitchen_evidence_free_bytes", "Free space of the disk that evidence lies on.")
EVIDENCE_SPACE = Gauge(
    "brightkitchen_evidence_space_state", "0 enough room; 1 evidence is deleted to make room; 2 no room can be made."
)
CLOCK_DOUBTED = Gauge("brightkitchen_keeping_clock_doubted", "1 while nothing is deleted: the clock may be wrong.")
KEEPING_FAILURES = Counter("brightkitchen_keeping_failures_total", "Tries to delete evidence that failed.", ["what"])
HOLDS = Counter("brightkitchen_legal_holds_total", "Legal holds that were set and lifted.", ["change"])
ACCESSES = Counter("brightkitchen_unmasked_accesses_total", "Unmasked originals that were opened, by kind.", ["kind"])
