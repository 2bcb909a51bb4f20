"""Adapters to where pictures come from. `pyav` is the only module of the service that opens streams with PyAV."""
