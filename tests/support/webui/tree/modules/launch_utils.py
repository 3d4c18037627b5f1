"""The host's version text; Forge and its children put theirs before A1111's."""

from modules.variant import FACTS


def git_tag():
    if FACTS["name"] == "classic":
        return "classic"
    return f"f{FACTS['forge']}-v1.10.1" if FACTS["forge"] else "v1.10.1"
