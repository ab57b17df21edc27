"""What students see: the frame of the pages, words, controls and the live view."""
