"""The two databases: `index` (a cache of the disk) and `state` (queue, history, ignores)."""
