"""What else is shown at the broker beside our own topics, as the settings ask for it."""

from alerts.home_assistant import HomeAssistantBoard
from alerts.onvif_events import OnvifLink
from alerts.ports import MessageLink, NameSource
from alerts.settings import AlertSettings
from service.ports import Board


def board_shown(board: Board, settings: AlertSettings, names: NameSource) -> Board:
    """The board, with Home Assistant's discovery where it is set."""
    prefix = settings.mqtt.home_assistant_prefix
    if prefix is None:
        return board
    return HomeAssistantBoard(board, names, prefix=prefix, node=settings.node)


def link_used(link: MessageLink, settings: AlertSettings) -> MessageLink:
    """The link for alerts, with ONVIF's events where they are set."""
    prefix = settings.mqtt.onvif_prefix
    return link if prefix is None else OnvifLink(link, prefix=prefix)
