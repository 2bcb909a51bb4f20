"""Every payload of the MQTT contract with the file of its JSON Schema."""

from pydantic import BaseModel

from alerts.home_assistant import DiscoveryMessage
from alerts.messages import SCHEMA_FILES
from alerts.nodes.findings import FINDING_SCHEMAS
from alerts.onvif_events import OnvifEvent

CONTRACT: dict[str, type[BaseModel]] = {
    **SCHEMA_FILES,
    **FINDING_SCHEMAS,
    "home-assistant-discovery.schema.json": DiscoveryMessage,
    "onvif-event.schema.json": OnvifEvent,
}
