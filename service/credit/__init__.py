"""What keeps the ledgers and the index up to date beside the service."""
