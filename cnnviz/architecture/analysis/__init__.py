"""What a net costs and what becomes of its images, layer by layer: `analyze` is the way in. Pure."""
