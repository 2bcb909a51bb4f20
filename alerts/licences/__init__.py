"""Licences of enterprises: the dates that people entered in, alerts about those that end or have ended out."""
