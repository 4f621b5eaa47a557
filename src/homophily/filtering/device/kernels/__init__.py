"""Triton kernels of the decode step and of the threshold's scan; each has its plain counterpart beside it."""
