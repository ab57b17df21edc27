"""Sketches: figures of exact mathematics that answer the hand at once, drawn in the browser."""
