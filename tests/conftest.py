"""One thread, so that results have the same bits; examples that are the same in each run."""

import hypothesis
import torch

torch.set_num_threads(1)
# A busy machine is no fault of the code, and a test that fails fails again when it is run again.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")
