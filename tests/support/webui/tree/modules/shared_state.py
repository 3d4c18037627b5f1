"""Whether a picture is being made (`hosts.md 9`)."""

import threading


class State:
    def __init__(self):
        self.job = ""
        self.job_count = 0
        self.interrupted = False
        self.skipped = False
        self.finish = threading.Event()

    def begin(self, job="(unknown)"):
        self.interrupted = self.skipped = False
        self.finish.clear()
        self.job, self.job_count = job, -1

    def end(self):
        self.job, self.job_count = "", 0

    def interrupt(self):
        self.interrupted = True
        self.finish.set()
