"""Use cases. They reach the world only through `civitdock.ports`."""
