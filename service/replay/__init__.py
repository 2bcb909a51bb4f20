"""Rules tried on what was recorded: detection logs and clips. Nothing of a running service is touched."""
