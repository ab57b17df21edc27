"""GANs of small pictures: data, settings, the experiment, and how good its pictures are."""
