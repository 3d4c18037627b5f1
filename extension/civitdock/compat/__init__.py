"""The only checks for library differences."""
