"""From reviewed alerts to a training set, and from a candidate network to the one in service, and back."""
