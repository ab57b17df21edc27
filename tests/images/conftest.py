import torch

torch.set_num_threads(1)
"""As for the toys: the same bits on every machine, and no fight for the cores."""
