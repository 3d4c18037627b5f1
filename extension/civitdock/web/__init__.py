"""The REST routes, their guards and their one error shape."""
