"""CivitDock: CivitAI docked into Stable Diffusion WebUIs, and standalone."""

__version__ = "0.1.0"
