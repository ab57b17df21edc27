"""The digit studio: a grid of generated pictures that grows live, and what is inside it."""
