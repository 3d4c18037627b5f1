"""The test suite. `from tests.support.x import y` is how test modules share helpers."""
