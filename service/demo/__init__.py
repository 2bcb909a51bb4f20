"""Demonstration cameras: drawn kitchens that raise alerts by themselves.

Nothing in them was ever filmed or copied: rooms, rat and cat are drawn by the programs in this folder, and the
committed clips are what `python -m service.demo.generate` writes. The animals were drawn so that the first
network recognises them (a search over their proportions, colours and light asked it how sure it was): they show
how an alert comes about and are no measure of how well real animals are found.
"""
