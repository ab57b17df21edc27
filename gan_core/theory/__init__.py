"""Theory: the exact mathematics of GANs on a line and in the plane. numpy and scipy only.

Nothing here is trained and nothing is random unless a generator is passed. Densities are functions
(`densities.Mixture`) or are tabulated on an even grid; all information is in nats.
"""
