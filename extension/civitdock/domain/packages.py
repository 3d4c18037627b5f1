"""The few packages that CivitDock brings into a host, and what is lost where one is missing (design section 14)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    """A package: the name it is imported by, the requirement it is installed by (a floor), what lacks without it."""

    module: str
    requirement: str
    loss: str

    @property
    def name(self) -> str:
        """The name without its floor."""
        return self.requirement.split(">=")[0]


PACKAGES = (
    Package("blake3", "blake3>=0.4", "files that CivitAI describes by BLAKE3 alone cannot be verified"),
    Package("nh3", "nh3>=0.2.15", "descriptions are shown as plain text"),
    Package("cryptography", "cryptography>=42", "the API key is kept until the next restart only"),
    Package("tenacity", "tenacity>=8.2", "a failed request to CivitAI is not repeated"),
    Package("pyrate_limiter", "pyrate-limiter>=4", "requests to CivitAI are not paced"),
    Package("pathvalidate", "pathvalidate>=3.2", "file names are checked by CivitDock's own rules alone"),
    Package("picklescan", "picklescan>=1.0", "files that can run code are refused unless you agree each time"),
)
