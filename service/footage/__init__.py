"""Clips through the whole serving path, to count false alarms: decoding, gate, network, tracker, rules."""
