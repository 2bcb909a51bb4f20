"""One file per runtime; nothing else that serves imports the runtimes themselves."""
