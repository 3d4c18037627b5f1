"""The hosts that the contract host can be: what differs between them, by `hosts.md`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import metadata

from tools.pinsets import pin_set


@dataclass(frozen=True)
class Variant:
    """One host.

    `forge`: the text of its `modules_forge.forge_version`, None where there is no such package. `keeps_paths`: the
    extension's folder stays in `sys.path` after its scripts are loaded. `worker`: callbacks run on a thread beside the
    main one. `strips_cors`: Gradio's own CORS rule is removed and the middleware can still be changed at app start.
    `updates_entries`: a page's file list can forget one file, else only all of them. `module_list`: VAEs and text
    encoders form one list. `list_flags`: folder flags are lists. `model_ref`: the models folder is `--model-ref`.
    `own_embeddings`: embeddings lie below the models folder. `hypernetworks`: there are such things. `presets`:
    the choices at the top that set the fields for a family of models.
    """

    name: str
    title: str
    forge: str | None = None
    keeps_paths: bool = True
    worker: bool = True
    strips_cors: bool = True
    updates_entries: bool = True
    module_list: bool = False
    list_flags: bool = False
    model_ref: bool = False
    own_embeddings: bool = False
    hypernetworks: bool = True
    presets: tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        """What the host's own code reads, as JSON values."""
        return asdict(self)


A1111 = Variant("a1111", "A1111", keeps_paths=False, worker=False)
FORGE = Variant(
    "forge", "Forge", "2.0.1v1.10.1", strips_cors=False, module_list=True, presets=("sd", "xl", "flux", "all")
)
REFORGE = Variant("reforge", "reForge", "1.0.0v2-v1.10.1RC")
CLASSIC = Variant(
    "classic",
    "Forge Classic",
    "classic",
    updates_entries=False,
    model_ref=True,
    own_embeddings=True,
    hypernetworks=False,
)
NEO = Variant(
    "neo",
    "Forge Neo",
    "neo",
    strips_cors=False,
    module_list=True,
    list_flags=True,
    model_ref=True,
    own_embeddings=True,
    hypernetworks=False,
    presets=("sd", "xl", "flux", "qwen"),
)
#: By Gradio's major version, for a run without a pin set.
_BY_GRADIO = {3: (A1111, REFORGE, CLASSIC), 4: (FORGE, NEO)}
_BY_NAME = {each.name: each for each in (A1111, REFORGE, CLASSIC, FORGE, NEO)}


def available(pin_set_name: str | None) -> tuple[Variant, ...]:
    """The hosts to test: those of a pin set, else all that have the installed Gradio, be it in other versions."""
    if pin_set_name is not None:
        return tuple(_BY_NAME[name] for name in pin_set(pin_set_name).hosts)
    return _BY_GRADIO.get(int(metadata.version("gradio").split(".")[0]), (A1111, NEO))
