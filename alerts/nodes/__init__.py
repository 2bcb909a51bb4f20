"""Edge and centre: what a node sends to its centre, how it waits for the line, and how the centre takes it in."""
