"""Who is told of an alert, when, how and in which words, and the ledger that remembers it."""
