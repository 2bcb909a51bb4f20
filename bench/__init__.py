"""Benchmarks. `python -m bench` measures the whole service from RTSP cameras to MQTT beside a naive peer."""
