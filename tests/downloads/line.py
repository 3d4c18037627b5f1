"""What tests of the queue have in common: models to fetch, and a line of jobs behind one that holds the only place."""

from __future__ import annotations

from civitdock.demo import faults
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.faults import Gate, Match
from civitdock.demo.records import DemoVersion
from civitdock.demo.server import DemoCivitai
from civitdock.domain.downloads import Wish
from tests.downloads.stage import Stage

MIB = 1024 * 1024


def add(demo: DemoCivitai, name: str, size: int = 4000) -> DemoVersion:
    return demo.catalogue.add(name, PatternBlob(name, size), file_name=f"{name}.yaml").versions[0]


class Line:
    """One download that holds the only place, and others that wait behind it."""

    def __init__(self, stage: Stage, *names: str) -> None:
        stage.knobs.values["civitai_parallel_downloads"] = 1
        self.stage = stage
        self.gate = Gate()
        stage.demo.faults.add(match=Match(where="storage", regex="first"), fault=faults.gated(self.gate, MIB))
        self.first = stage.service.submit(Wish(add(stage.demo, "first", 2 * MIB).id))
        self.gate.wait_reached()
        self.jobs = {name: stage.service.submit(Wish(add(stage.demo, name).id)) for name in names}

    def finish(self) -> list[str]:
        """Let all run; the names in the order in which they were fetched."""
        self.gate.release()
        for job in self.jobs.values():
            self.stage.wait(job)
        return [arrival.path.stem for arrival in self.stage.greeter.seen][1:]
