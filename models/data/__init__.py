"""Labelled pictures: one ontology, importers, splits, checks. Pictures of other people never enter the repository."""
