"""What `run.py` and `noxfile.py` do: the private environment, the start, the test run. Standard library only."""
