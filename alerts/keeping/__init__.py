"""How long evidence is kept, what is held for the law, and the books that prove deletions and accesses."""
