"""Schedulers, by name and label."""


class Scheduler:
    def __init__(self, name, label, *aliases):
        self.name, self.label, self.aliases = name, label, list(aliases)


schedulers = [
    Scheduler("automatic", "Automatic"),
    Scheduler("karras", "Karras"),
    Scheduler("sgm_uniform", "SGM Uniform", "SGMUniform"),
    Scheduler("simple", "Simple"),
]
