"""An offline CivitAI: catalogue, API, storage and pictures, with scripted faults for tests.

`from civitdock.demo.server import DemoCivitai` starts it; `civitdock.demo.faults` scripts what goes wrong.
"""
