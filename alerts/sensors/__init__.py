"""Sensors beside the cameras: readings in, alerts about what they measure out."""
