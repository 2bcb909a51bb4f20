"""Puts edge and centre together: what an edge tells of itself, and how a centre shows what nodes watch."""
