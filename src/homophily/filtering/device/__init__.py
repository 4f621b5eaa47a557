"""Token Filtering where the host must not wait: state, thresholds and cache as tensors of fixed shape.

The decisions are those of the plain path. Triton kernels do the decode step where Triton is installed; the
same steps in torch's own operations otherwise.
"""
