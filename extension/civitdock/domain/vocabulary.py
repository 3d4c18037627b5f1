"""CivitAI's own words as of August 2026 (`civitai-api.md 7`): what is offered while its live lists are out of reach."""

from __future__ import annotations

from civitdock.domain.catalogue import Enums
from civitdock.domain.library import MODEL_TYPES

SORTS = (
    "Highest Rated",
    "Most Downloaded",
    "Most Liked",
    "Most Discussed",
    "Most Collected",
    "Most Images",
    "Newest",
    "Oldest",
)
PERIODS = ("AllTime", "Year", "Month", "Week", "Day")
BASE_MODELS = tuple(
    """Anima|AuraFlow|Chroma|CogVideoX|Ernie|Flux.1 S|Flux.1 D|Flux.1 Krea|Flux.1 Kontext|Flux.2 D|Flux.2 Klein 9B
    Flux.2 Klein 9B-base|Flux.2 Klein 4B|Flux.2 Klein 4B-base|Flux 3 Video|Grok|HappyHorse|HiDream|HiDream-O1|Hunyuan 1
    Hunyuan Video|Ideogram 4.0|Boogu|Illustrious|Kolors|Krea 2|LTXV|LTXV2|LTXV 2.3|Lens|Lumina|MageFlow|MAI|Mochi
    NoobAI|Upscaler|Other|PixArt a|PixArt E|Pony|Pony V7|Qwen|Qwen 2|Qwen 3|SD 1.4|SD 1.5|SD 1.5 LCM|SD 1.5 Hyper
    SD 2.0|SD 2.1|SDXL 1.0|SDXL Lightning|SDXL Hyper|Reve|Wan Video 1.3B t2v|Wan Video 14B t2v|Wan Video 14B i2v 480p
    Wan Video 14B i2v 720p|Wan Video 2.2 TI2V-5B|Wan Video 2.2 I2V-A14B|Wan Video 2.2 T2V-A14B|Wan Video 2.5 T2V
    Wan Video 2.5 I2V|Wan Image 2.7|Wan Video 2.7|ZImageTurbo|ZImageBase|MiniMax H3|ACE Audio""".replace(
        "\n    ", "|"
    ).split("|")
)
KNOWN = Enums(model_types=tuple(MODEL_TYPES), base_models=BASE_MODELS, sorts=SORTS, periods=PERIODS)
