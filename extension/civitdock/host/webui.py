"""A1111, Forge, reForge, Forge Classic and Forge Neo as a `ports.host.Host`: the only importer of the host's modules.

Facts: `hosts.md`. Everything is asked for at call time with `getattr`, since flags and modules differ between hosts.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from civitdock.domain.base_models import A1111_WORDS, FORGE_WORDS, NEO_WORDS, host_word
from civitdock.domain.exposure import Exposure
from civitdock.domain.library import ModelRoot
from civitdock.domain.sampling import Choice
from civitdock.domain.send import Held, HostFields, HostFile
from civitdock.errors import LockedByHost
from civitdock.host import options
from civitdock.host.access import GradioAccess
from civitdock.host.folders import model_roots
from civitdock.host.paste_fields import choice_value, second_pass
from civitdock.ports.host import Dock
from civitdock.settings import API_KEY, SETTINGS

log = logging.getLogger(__name__)

TAB_TITLE = "CivitAI Browser"
TAB_ID = "civitdock"
#: Host page names by CivitAI type, as `ExtraNetworksPage.name` says them in lower case.
_PAGES = {
    "Checkpoint": "checkpoints",
    "UNet": "checkpoints",
    "LORA": "lora",
    "LoCon": "lora",
    "DoRA": "lora",
    "TextualInversion": "textual inversion",
    "Hypernetwork": "hypernetworks",
}


class WebuiHost:
    """Implements `ports.host.Host` over the running WebUI."""

    def __init__(self) -> None:
        self._app: object | None = None
        self._page: object | None = None
        self._seal: Callable[[str], str] = _unsealed
        self._version: str | None = None

    def attach(self, page: object | None, app: object) -> None:
        """Take the page and the FastAPI app of this (re)start, and keep our files from being served."""
        self._page, self._app = page, app
        blocked = getattr(page, "blocked_paths", None)
        if isinstance(blocked, list):
            folder = str(self.data_dir())
            blocked.extend(path for path in (folder,) if path not in blocked)

    @property
    def name(self) -> str:
        """Which WebUI this is, by its own version module."""
        word = _forge_version()
        if word is None:
            return "A1111"
        if word in ("neo", "classic"):
            return f"Forge {word.capitalize()}"
        return "reForge" if "RC" in word else "Forge"

    @property
    def version(self) -> str:
        """The host's version text; asked for once, since most hosts start git for it."""
        if self._version is None:
            from modules import launch_utils

            tag = getattr(launch_utils, "git_tag", None)
            self._version = str(tag()) if callable(tag) else (_forge_version() or "")
        return self._version

    @property
    def localization(self) -> str:
        """The host's option of that name: the stem of a file of its `localizations` folders, or `None` as a word."""
        from modules import shared

        return str(getattr(shared.opts, "localization", None) or "")

    def data_dir(self) -> Path:
        """`<DATA>/civitdock` (design section 3)."""
        from modules import paths

        folder = Path(paths.data_path).absolute() / "civitdock"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def roots(self) -> tuple[ModelRoot, ...]:
        """The folders of flags and defaults, several per type."""
        from modules import paths, shared

        return model_roots(shared.cmd_opts, Path(paths.models_path), self.name)

    def is_generating(self) -> bool:
        """Whether a job holds the host's queue (`hosts.md 9`)."""
        from modules import shared

        return bool(getattr(shared.state, "job", ""))

    def refresh(self, paths: Sequence[Path], model_type: str) -> None:
        """List the type's files anew and drop what the cards had remembered of these files (`hosts.md 7`)."""
        for step in (_refresh_lists, _refresh_cards):
            try:
                step(model_type, paths)
            except Exception:
                log.warning("The WebUI could not refresh its %s list.", model_type, exc_info=True)

    def sd_version(self, base_model: str) -> str | None:
        """The word of this host's metadata editor."""
        words = {"Forge": FORGE_WORDS, "Forge Neo": NEO_WORDS}.get(self.name, A1111_WORDS)
        return host_word(base_model, words)

    def stored_settings(self) -> Mapping[str, object]:
        """Our options as the host holds them."""
        from modules import shared

        held = {setting.key: shared.opts.data.get(setting.key) for setting in SETTINGS}
        if options.key_is_foreign(shared):
            held[API_KEY] = self._own_key().read(held[API_KEY])
        return {key: value for key, value in held.items() if value is not None}

    def store_settings(self, values: Mapping[str, object]) -> None:
        """Set options and save the host's file; raises `LockedByHost` where the host was started frozen."""
        from modules import shared

        values = dict(values)
        if API_KEY in values and options.key_is_foreign(shared):
            self._own_key().write(str(values.pop(API_KEY)))
        try:
            for key, value in values.items():
                shared.opts.set(key, value)
            if values:
                shared.opts.save(shared.config_filename)
        except AssertionError as error:
            raise LockedByHost("The WebUI was started with frozen settings.") from error

    def fields(self) -> HostFields:
        """What the host's own lists hold at this moment; a list that it does not have is empty."""
        return _fields()

    def exposure(self) -> Exposure:
        """As the host's own flags say (`hosts.md 8`)."""
        from modules import shared

        flags = shared.cmd_opts
        share = str(getattr(self._page, "share_url", None) or "")
        return Exposure(
            exposed=bool(getattr(flags, "webui_is_non_local", False)),
            locked=bool(getattr(flags, "disable_extension_access", False)),
            share_host=urlsplit(share).hostname,
            folders_locked=bool(getattr(flags, "hide_ui_dir_config", False)),
        )

    def access(self) -> GradioAccess:
        """Gradio's login and `--api-auth`."""
        from modules import shared

        return GradioAccess(self._app, lambda: getattr(shared.cmd_opts, "api_auth", None))

    def register_options(self, seal: Callable[[str], str]) -> None:
        """Put our settings on the host's Settings page; an API key typed there is sealed before it is saved."""
        from modules import shared

        self._seal = seal
        options.register(shared, seal)

    def _own_key(self) -> options.KeyFile:
        return options.KeyFile(self.data_dir() / options.KEY_FILE, self._seal)


def register(make_dock: Callable[[WebuiHost], Dock]) -> None:
    """Register the host's callbacks; called by the entry script at start and again at each Reload UI.

    After a reload `make_dock` answers the dock that is already running, with the host object it was built for.
    """
    from modules import script_callbacks

    dock = make_dock(WebuiHost())
    host = dock.host
    assert isinstance(host, WebuiHost)

    def started(page: object | None, app: object) -> None:
        host.attach(page, app)
        dock.mount(app, page)
        dock.start()

    script_callbacks.on_ui_settings(lambda: host.register_options(dock.seal_key))
    script_callbacks.on_ui_tabs(lambda: [(dock.tab(), TAB_TITLE, TAB_ID)])
    script_callbacks.on_app_started(started)


def _pages(model_type: str) -> list[Any]:
    """The host's card pages of a type; none where it has no such page (hypernetworks on Classic and Neo)."""
    from modules import ui_extra_networks

    wanted = _PAGES.get(model_type)
    return [page for page in ui_extra_networks.extra_pages if str(getattr(page, "name", "")).lower() == wanted]


def _refresh_lists(model_type: str, _paths: Sequence[Path]) -> None:
    """What the host's own refresh button does for one type, except where it would load a checkpoint (`hosts.md 9`)."""
    if model_type in ("VAE", "TextEncoder", "CLIP"):
        _refresh_modules()
    for page in _pages(model_type):
        if not _would_load_checkpoint(page):
            page.refresh()


def _refresh_cards(model_type: str, paths: Sequence[Path]) -> None:
    """Let the pages see files that they had looked for before (`hosts.md 7`, Refresh)."""
    for page in _pages(model_type):
        lister = getattr(page, "lister", None)
        update = getattr(lister, "update_file_entry", None)
        for path in paths:
            if callable(update):
                update(str(path))
        if lister is not None and update is None:
            lister.reset()


def _refresh_modules() -> None:
    """VAEs and text encoders: one list on Forge and Neo, VAEs alone elsewhere."""
    entry = sys.modules.get("modules_forge.main_entry")
    if entry is not None and callable(getattr(entry, "refresh_models", None)):
        entry.refresh_models()
        return
    from modules import sd_vae

    sd_vae.refresh_vae_list()


def _fields() -> HostFields:
    """The host's lists, each asked for with care: modules and names differ between hosts and their versions."""
    from modules import sd_models, shared

    entry = sys.modules.get("modules_forge.main_entry")
    module_list = getattr(entry, "module_list", None)
    preset = getattr(entry, "ui_forge_preset", None)
    checkpoints = tuple(map(_checkpoint, sd_models.checkpoints_list.values()))
    samplers = tuple(_choice(each, "name") for each in _samplers())
    schedulers = tuple(_choice(each, "label") for each in _schedulers())
    registered = getattr(sys.modules.get("modules.infotext_utils"), "paste_fields", None)
    modules = _files(module_list or {})
    latent = getattr(shared, "latent_upscale_modes", {})
    return HostFields(
        samplers=samplers,
        schedulers=schedulers,
        upscalers=(*latent, *(str(each.name) for each in getattr(shared, "sd_upscalers", ()))),
        checkpoints=checkpoints,
        vaes=() if module_list is not None else _files(_vaes()),
        modules=modules,
        loras=tuple(_network(name, each) for name, each in _networks().items()),
        presets=tuple(choice_value(each) for each in getattr(preset, "choices", None) or ()),
        has_distilled_cfg=preset is not None,
        second=second_pass(registered, checkpoints, samplers, schedulers, modules),
        held=_held(shared.opts, checkpoints),
    )


def _held(opts: object, checkpoints: Sequence[HostFile]) -> Held:
    chosen = str(getattr(opts, "sd_model_checkpoint", None) or "")
    wanted = {chosen.casefold(), chosen.rpartition(" [")[0].casefold()} - {""}
    modules = getattr(opts, "forge_additional_modules", None) or ()
    vae, preset = getattr(opts, "sd_vae", None), getattr(opts, "forge_preset", None)
    return Held(
        checkpoint=next((each for each in checkpoints if wanted & {each.title.casefold(), *each.names}), None),
        vae=str(vae) if vae else None,
        modules=tuple(os.path.basename(str(each)) for each in modules),
        preset=str(preset) if preset else None,
        clip_skip=getattr(opts, "CLIP_stop_at_last_layers", None),
        modules_element=_element(getattr(sys.modules.get("modules_forge.main_entry"), "ui_vae", None)),
    )


def _element(component: Any) -> str | None:
    """The id of a Gradio component in the page: its own, else the one that Gradio makes."""
    if component is None:
        return None
    return str(getattr(component, "elem_id", None) or f"component-{component._id}")


def _checkpoint(info: Any) -> HostFile:
    """`name` is what the host's own cards hand to its page to select a checkpoint."""
    names = {str(each).casefold() for each in getattr(info, "ids", ()) if each}
    return HostFile(str(info.name), Path(os.path.abspath(info.filename)), tuple(sorted(names)))


def _network(name: str, found: Any) -> HostFile:
    alias = str(getattr(found, "alias", None) or name)
    return HostFile(name, Path(os.path.abspath(found.filename)), (alias.casefold(),))


def _networks() -> Mapping[str, Any]:
    found = getattr(sys.modules.get("networks"), "available_networks", None)
    return dict(found) if found else {}


def _vaes() -> Mapping[str, Any]:
    from modules import sd_vae

    return getattr(sd_vae, "vae_dict", {})


def _files(listed: Mapping[str, Any]) -> tuple[HostFile, ...]:
    return tuple(HostFile(name, Path(os.path.abspath(path))) for name, path in dict(listed).items())


def _samplers() -> Sequence[Any]:
    """Those that the user has not hidden; Classic tells of these only the names."""
    from modules import sd_samplers

    visible = getattr(sd_samplers, "visible_samplers", None)
    if callable(visible):
        found: Sequence[Any] = visible()
        return found
    names = set(sd_samplers.visible_sampler_names())
    return [each for each in sd_samplers.samplers if each.name in names]


def _schedulers() -> Sequence[Any]:
    """Hosts before A1111 1.9 have none: there they are part of the samplers' names."""
    try:
        from modules import sd_schedulers
    except ImportError:
        return ()
    found: Sequence[Any] = getattr(sd_schedulers, "schedulers", ())
    return found


def _choice(listed: Any, attribute: str) -> Choice:
    names = (getattr(listed, "name", None), *(getattr(listed, "aliases", None) or ()))
    return Choice(str(getattr(listed, attribute)), tuple(str(each) for each in names if each))


def _would_load_checkpoint(page: object) -> bool:
    """Embeddings are checked against the loaded checkpoint, except on Forge, whose page has a list of its own."""
    if getattr(page, "name", "") != _PAGES["TextualInversion"]:
        return False
    if hasattr(sys.modules.get(type(page).__module__), "embedding_db"):
        return False
    from modules import sd_models

    return getattr(getattr(sd_models, "model_data", None), "sd_model", None) is None


def _unsealed(_typed: str) -> str:
    """Before the options are registered nothing can seal a key, so none is kept."""
    return ""


def _forge_version() -> str | None:
    try:
        from modules_forge import forge_version
    except ImportError:
        return None
    return str(getattr(forge_version, "version", "")).strip()
