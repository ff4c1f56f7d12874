"""The reference of the kernel lab: kernels, convolution, pooling, activations, and the code that does the same."""
