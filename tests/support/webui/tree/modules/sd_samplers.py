"""Samplers: names, aliases, and the host's way from an infotext's words to sampler and scheduler."""

from modules import sd_schedulers
from modules.variant import FACTS


class Sampler:
    def __init__(self, name, *aliases):
        self.name, self.aliases = name, list(aliases)


samplers = [Sampler("DPM++ 2M", "k_dpmpp_2m"), Sampler("Euler a", "k_euler_a"), Sampler("Euler"), Sampler("LCM")]


def visible_sampler_names():
    return [each.name for each in samplers]


if FACTS["name"] != "classic":

    def visible_samplers():
        return samplers


def from_infotext(pairs):
    """An unknown sampler becomes the first one, as in the hosts."""
    name = pairs.get("Sampler", samplers[0].name)
    scheduler = pairs.get("Schedule type", "Automatic")
    for each in sd_schedulers.schedulers:
        if name.endswith(" " + each.label):
            name, scheduler = name[: -len(each.label) - 1], each.label
    return next((each.name for each in samplers if each.name == name), samplers[0].name), scheduler
