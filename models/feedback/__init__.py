"""What reviewed alerts teach, and the record of which network replaced which."""
