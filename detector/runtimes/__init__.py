"""One file per runtime; nothing else in the project imports the runtimes themselves."""
