"""A WebUI for tests: repeats the launch steps of the real hosts (`hosts.md`) in a process of its own.

`tree/` is the host; it is copied into a test's folder and started from there, never imported by the tests.
"""
