"""`python -m civitdock`."""
