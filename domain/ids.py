"""Names of the kinds of identifier, so that a camera's cannot be passed where a zone's is expected."""

from typing import NewType

EnterpriseId = NewType("EnterpriseId", str)
SiteId = NewType("SiteId", str)
CameraId = NewType("CameraId", str)
ZoneId = NewType("ZoneId", str)
ViolationId = NewType("ViolationId", str)
AlertId = NewType("AlertId", str)
EvidenceId = NewType("EvidenceId", str)
UserId = NewType("UserId", str)
NodeId = NewType("NodeId", str)
