"""Figures about the HTTP side. Labels are route templates and counted sets, never what a client sent."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter(
    "brightkitchen_http_requests_total", "Requests answered, by route and status.", ("method", "route", "status")
)
REQUEST_SECONDS = Histogram(
    "brightkitchen_http_request_seconds",
    "Seconds from a request's first byte to its answer's last; feeds are left out.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
LOGINS = Counter("brightkitchen_logins_total", "Tries to log in, by how they went.", ("outcome",))
FEED_CLIENTS = Gauge("brightkitchen_feed_clients", "Clients that follow the alert feed now.")
FEED_ENTRIES = Counter("brightkitchen_feed_entries_total", "Entries handed to clients of the alert feed.")
LIVE_CLIENTS = Gauge("brightkitchen_live_clients", "Clients that look at live pictures now.")
LIVE_CLIENTS_DROPPED = Counter(
    "brightkitchen_live_clients_dropped_total", "Clients let go because they took no live picture for too long."
)
LIVE_PICTURES = Counter("brightkitchen_live_pictures_total", "Live pictures handed to clients of a feed.")
LIVE_PICTURE_SECONDS = Histogram(
    "brightkitchen_live_picture_seconds",
    "Seconds that one live picture takes to scale and encode; once for all clients.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0),
)
