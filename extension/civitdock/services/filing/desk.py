"""The three services about places of files, and what they work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from civitdock.ports import Clock, Disk
from civitdock.ports.filing import OperationStore, Places
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore, Originals, Sidecars
from civitdock.services.filing.carrier import Carrier
from civitdock.services.filing.followup import Followup
from civitdock.services.filing.intake import Intake
from civitdock.services.filing.organise import OrganiseService
from civitdock.services.filing.orphans import OrphanService
from civitdock.services.filing.service import OperationService
from civitdock.services.in_use import InUse


@dataclass(frozen=True)
class FilingTools:
    """What moving files works with; `busy` says why a path must be left alone at the moment."""

    models: ModelStore
    sidecars: Sidecars
    originals: Originals
    disk: Disk
    places: Places
    store: OperationStore
    host: Host
    settings: SettingsSource
    clock: Clock
    in_use: InUse
    busy: Callable[[Path], str | None]


@dataclass(frozen=True)
class FilingDesk:
    """Deleting, moving and undo; plans; orphans."""

    operations: OperationService
    organise: OrganiseService
    orphans: OrphanService


def open_desk(tools: FilingTools) -> FilingDesk:
    """The services over these tools."""
    orphans = OrphanService(tools.places, tools.host)
    return FilingDesk(
        OperationService(
            tools.store,
            Intake(tools.models, tools.disk, tools.places, tools.host, orphans, tools.busy),
            Carrier(tools.places, tools.disk, tools.in_use, tools.busy),
            Followup(tools.models, tools.originals, tools.places, tools.host),
            tools.clock,
        ),
        OrganiseService(tools.models, tools.sidecars, tools.disk, tools.places, tools.host, tools.settings, tools.busy),
        orphans,
    )
