"""What the host's fields for Hires fix and refiner can take, read off the components that its paste fills.

All hosts register these with their paste under `txt2img` (`modules.infotext_utils.paste_fields`: pairs of a component
and its word); which there are, and whether a checkpoint's title there has a hash, differs between hosts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from civitdock.domain.sampling import Choice
from civitdock.domain.send import HostFile, SecondPass


def second_pass(
    registered: Any,
    checkpoints: Sequence[HostFile],
    samplers: Sequence[Choice],
    schedulers: Sequence[Choice],
    modules: Sequence[HostFile],
) -> SecondPass:
    """The fields among those of the paste; nothing where the host has no such table. The last four arguments are the
    host's own lists."""
    tab = registered.get("txt2img") if isinstance(registered, Mapping) else None
    pairs = (tab.get("fields") if isinstance(tab, Mapping) else None) or ()
    found = {str(getattr(pair[0], "elem_id", None)): pair[0] for pair in pairs}
    return SecondPass(
        checkpoints=_titled(found.get("hr_checkpoint"), checkpoints),
        samplers=tuple(samplers) if "hr_sampler" in found else (),
        schedulers=tuple(schedulers) if "hr_scheduler" in found else (),
        refiners=_titled(found.get("txt2img_checkpoint"), checkpoints),
        modules=tuple(modules) if "hr_vae_te" in found else (),
        has_prompts="hires_prompt" in found,
        has_cfg="txt2img_hr_cfg" in found,
        has_distilled_cfg="txt2img_hr_distilled_cfg" in found,
    )


def _titled(component: Any, checkpoints: Sequence[HostFile]) -> tuple[HostFile, ...]:
    """The checkpoints in a component's list, each under the title that it has there."""
    choices = [choice_value(each) for each in getattr(component, "choices", None) or ()]
    found: dict[Path, HostFile] = {}
    for title in choices:
        entry = _meant(title, checkpoints)
        if entry is not None:
            found.setdefault(entry.path, replace(entry, title=title))
    return tuple(found.values())


def _meant(title: str, checkpoints: Sequence[HostFile]) -> HostFile | None:
    """The one checkpoint with this title, or with this name where the hash behind it became known later."""
    for name in (title.casefold(), title.rpartition(" [")[0].casefold()):
        fitting = [each for each in checkpoints if name and name in (each.title.casefold(), *each.names)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def choice_value(listed: Any) -> str:
    """A choice of a Gradio component: a text, or from 4 on a pair of label and value."""
    return str(listed[1] if isinstance(listed, (tuple, list)) else listed)
