"""Rules over what was seen before: a stored log of looks, replayed to tune a rule before it goes live."""
