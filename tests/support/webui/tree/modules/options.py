"""Options as the hosts keep them (`hosts.md 5`): set, onchange, save, and the rules that make Apply fail."""

import json

from modules import errors
from modules.cmd_args import cmd_opts


class OptionInfo:
    def __init__(
        self,
        default=None,
        label="",
        component=None,
        component_args=None,
        onchange=None,
        section=None,
        refresh=None,
        comment_before="",
        comment_after="",
        infotext=None,
        restrict_api=False,
        category_id=None,
    ):
        self.default, self.label, self.component, self.component_args = default, label, component, component_args
        self.onchange, self.section, self.refresh, self.infotext = onchange, section, refresh, infotext
        self.comment_before, self.comment_after = comment_before, comment_after
        self.restrict_api, self.category_id, self.do_not_save = restrict_api, category_id, False

    def _comment(self, text):
        self.comment_after += text
        return self

    def info(self, text):
        return self._comment(f"<span class='info'>({text})</span>")

    def html(self, text):
        return self._comment(text)

    def needs_restart(self):
        return self._comment(" <span class='info'>(requires restart)</span>")

    def needs_reload_ui(self):
        return self._comment(" <span class='info'>(requires Reload UI)</span>")

    def link(self, label, url):
        self.comment_before += f"[<a href='{url}' target='_blank'>{label}</a>]"
        return self


class Options:
    """Values and their descriptions; attributes are the values."""

    def __init__(self, data_labels, restricted):
        self.__dict__["data_labels"] = data_labels
        self.__dict__["restricted_opts"] = restricted
        self.__dict__["data"] = {key: info.default for key, info in data_labels.items()}

    def __setattr__(self, key, value):
        if key in ("data", "data_labels") or key not in self.data_labels:
            self.__dict__[key] = value
            return
        assert not cmd_opts.freeze_settings, "changing settings is disabled"
        arguments = self.data_labels[key].component_args
        if isinstance(arguments, dict) and arguments.get("visible", True) is False:
            raise RuntimeError(f"{key} is restricted")
        if cmd_opts.hide_ui_dir_config and key in self.restricted_opts:
            raise RuntimeError(f"{key} is restricted by --hide-ui-dir-config")
        self.data[key] = value

    def __getattr__(self, key):
        if key in self.data:
            return self.data[key]
        if key in self.data_labels:
            return self.data_labels[key].default
        raise AttributeError(key)

    def set(self, key, value, is_api=False, run_callbacks=True):
        old = self.data.get(key)
        if old == value:
            return False
        info = self.data_labels[key]
        if info.do_not_save or (is_api and info.restrict_api):
            return False
        try:
            setattr(self, key, value)
        except RuntimeError:
            return False
        if not run_callbacks or info.onchange is None:
            return True
        try:
            info.onchange()
        except Exception:  # noqa: BLE001  whatever an extension raises
            errors.report(f"changing setting {key} to {value}", exc_info=True)
            setattr(self, key, old)
            return False
        return True

    def same_type(self, left, right):
        if left is None or right is None:
            return True
        kinds = [float if type(value) is int else type(value) for value in (left, right)]
        return kinds[0] == kinds[1]

    def save(self, filename):
        assert not cmd_opts.freeze_settings, "saving settings is disabled"
        with open(filename, "w", encoding="utf8") as file:
            json.dump(self.data, file, indent=4, ensure_ascii=False)

    def load(self, filename):
        try:
            with open(filename, encoding="utf8") as file:
                self.data = json.load(file)
        except FileNotFoundError:
            self.data = {}

    def onchange(self, key, function, call=True):
        self.data_labels[key].onchange = function
        if call:
            function()

    def add_option(self, key, info):
        self.data_labels[key] = info
        if key not in self.data and not info.do_not_save:
            self.data[key] = info.default

    def dumpjson(self):
        shown = {key: self.data.get(key, info.default) for key, info in self.data_labels.items()}
        shown["_comments_after"] = {key: info.comment_after for key, info in self.data_labels.items()}
        return json.dumps(shown)
