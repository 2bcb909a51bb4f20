"""Telling people of dates that come near."""
