"""The trained networks: manifests, their checks, and the zoo. Database rows are never called models here."""
