"""Demonstration cameras: drawn kitchens that raise alerts by themselves. Nothing in them was ever filmed."""
