"""`brightkitchen train`: a folder of labelled pictures in, a network that the service can load and a report out."""
