"""Pixels in, detections and tracks out."""
