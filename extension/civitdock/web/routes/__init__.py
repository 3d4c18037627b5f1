"""The routes of design section 8, one module for each group. Blocking calls run in our own threads."""
