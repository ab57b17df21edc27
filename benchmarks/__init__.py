"""Benchmarks: ``python dev.py bench NAME``. Progress goes to stderr, the result to stdout."""
