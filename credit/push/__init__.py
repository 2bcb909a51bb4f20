"""Ledger C to outside platforms: what is published, and its correction, withdrawal and repair, until each has it."""
