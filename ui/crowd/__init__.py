"""Many seeds at once: small live pictures, and how many came out how."""
