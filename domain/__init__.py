"""The vocabulary every other package speaks: pure values and rules of geometry and time, without I/O."""
