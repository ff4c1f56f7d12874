"""The wire to the workers: the embedded cluster or an external scheduler, and the connection that is kept to it."""
