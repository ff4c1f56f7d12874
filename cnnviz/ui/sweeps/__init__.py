"""The page Sweeps: plan one, start it, watch it, and take what is best."""
