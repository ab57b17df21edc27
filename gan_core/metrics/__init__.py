"""Metrics: how good the fakes are, measured from samples alone. numpy only."""
