"""The parts of a lesson page: predictions, tasks, claims, notes, and what is kept of them."""
