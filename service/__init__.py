"""The composition root: settings, wiring, command line, logging, database. Nothing imports it."""
