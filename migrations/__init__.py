"""The history of the tables, one file per step in `versions`. `service.storage.migrate` runs it.

`python -m migrations "what changes"` writes the next step from the difference to `service/storage/rows.py`.
"""
