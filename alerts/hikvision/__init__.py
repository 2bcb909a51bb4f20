"""Cameras and recorders that judge for themselves and tell it by ISAPI's alertStream."""
