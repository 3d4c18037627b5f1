"""The command line. Folder flags are single or lists, by host (`hosts.md 6 and 11`)."""

import argparse
import os

from modules.variant import FACTS, ROOT

parser = argparse.ArgumentParser()
_switches = "api nowebui listen freeze-settings hide-ui-dir-config enable-insecure-extension-access no-gradio-queue"
for _name in _switches.split():
    parser.add_argument(f"--{_name}", action="store_true")
for _name in ("api-auth", "gradio-auth", "server-name", "subpath", "cors-allow-origins", "lora-dir", "embeddings-dir"):
    parser.add_argument(f"--{_name}", default=None)
parser.add_argument("--port", type=int, default=None)
parser.add_argument("--data-dir", default=ROOT)
parser.add_argument("--gradio-allowed-path", action="append", default=[])
parser.add_argument("--model-ref" if FACTS["model_ref"] else "--models-dir", default=None)
if FACTS["list_flags"]:
    for _name in ("ckpt-dirs", "lora-dirs", "vae-dirs", "text-encoder-dirs", "controlnet-dirs"):
        parser.add_argument(f"--{_name}", action="append", default=[])
else:
    for _name in ("ckpt-dir", "vae-dir"):
        parser.add_argument(f"--{_name}", default=None)
    if FACTS["module_list"]:
        parser.add_argument("--text-encoder-dir", default=None)
if FACTS["hypernetworks"]:
    parser.add_argument("--hypernetwork-dir", default=None)

cmd_opts = parser.parse_args()
data_path = os.path.abspath(cmd_opts.data_dir)
cmd_opts.gradio_allowed_path.insert(0, data_path)
models_path = os.path.abspath(
    getattr(cmd_opts, "models_dir", None) or getattr(cmd_opts, "model_ref", None) or os.path.join(data_path, "models")
)
_embeddings = os.path.join(models_path if FACTS["own_embeddings"] else data_path, "embeddings")
cmd_opts.embeddings_dir = cmd_opts.embeddings_dir or _embeddings
cmd_opts.lora_dir = cmd_opts.lora_dir or os.path.join(models_path, "Lora")
if FACTS["hypernetworks"]:
    cmd_opts.hypernetwork_dir = cmd_opts.hypernetwork_dir or os.path.join(models_path, "hypernetworks")
cmd_opts.webui_is_non_local = bool(cmd_opts.listen or cmd_opts.server_name)
cmd_opts.disable_extension_access = cmd_opts.webui_is_non_local and not cmd_opts.enable_insecure_extension_access
