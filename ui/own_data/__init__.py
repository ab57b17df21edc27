"""Data of the student's own: drawn, read from a file, or pasted."""
