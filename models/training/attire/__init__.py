"""Training of the network that judges what a person wears. Only this package and its siblings know torch."""
