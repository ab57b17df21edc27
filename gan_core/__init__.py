"""The training core of GAN Classroom: settings, experiments, frames. It knows nothing of any UI."""
