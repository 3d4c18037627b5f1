"""What a model file is, judged by the names and shapes of its tensors and by `modelspec.*` and `ss_*` keys.

Names are those of the public implementations: original Stable Diffusion (`model.diffusion_model.`,
`first_stage_model.`), diffusers, kohya's LoRA trainers, LyCORIS, PEFT, ControlNet and ESRGAN. Width of the text
context tells the base family: 768 SD 1, 1024 SD 2, 2048 SDXL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Tensor:
    """Element type, shape, and where its bytes end, counted from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    end: int = 0


@dataclass(frozen=True)
class Header:
    """The header of a safetensors file."""

    metadata: Mapping[str, str]
    tensors: Mapping[str, Tensor]


class Kind(str, Enum):
    """What a file is."""

    CHECKPOINT = "checkpoint"
    DIFFUSION = "diffusion model"
    VAE = "VAE"
    TEXT_ENCODER = "text encoder"
    CLIP_VISION = "CLIP vision"
    LORA = "LoRA"
    LOCON = "LoCon"
    LOHA = "LoHa"
    LOKR = "LoKr"
    DORA = "DoRA"
    EMBEDDING = "embedding"
    CONTROLNET = "ControlNet"
    UPSCALER = "upscaler"
    MOTION = "motion module"


#: The CivitAI type whose folder a kind belongs to (`civitai-api.md 7`).
CIVITAI_TYPES: Mapping[Kind, str] = {
    Kind.CHECKPOINT: "Checkpoint",
    Kind.DIFFUSION: "Checkpoint",
    Kind.VAE: "VAE",
    Kind.TEXT_ENCODER: "TextEncoder",
    Kind.CLIP_VISION: "CLIPVision",
    Kind.LORA: "LORA",
    Kind.LOCON: "LoCon",
    Kind.LOHA: "LoCon",
    Kind.LOKR: "LoCon",
    Kind.DORA: "DoRA",
    Kind.EMBEDDING: "TextualInversion",
    Kind.CONTROLNET: "Controlnet",
    Kind.UPSCALER: "Upscaler",
    Kind.MOTION: "MotionModule",
}


@dataclass(frozen=True)
class Content:
    """What a file is; `family` is `sd1`, `sd2`, `sdxl`, `sd3`, `flux`, `wan` ... or None where it is not certain."""

    kind: Kind
    family: str | None = None

    @property
    def civitai_type(self) -> str:
        """The CivitAI type whose folder it belongs to."""
        return CIVITAI_TYPES[self.kind]


Tensors = Mapping[str, Tensor]

_DIFFUSION = re.compile(
    r"(?:model\.diffusion_model\.|model\.|net\.)?"
    r"(?:input_blocks\.\d|time_embed\.0|double_blocks\.\d|joint_blocks\.\d|blocks\.\d+\.(?:cross_attn|self_attn)\.|"
    r"transformer_blocks\.\d+\.(?:attn|img_mlp|norm)|img_in\.|x_embedder\.|patch_embedding\.|"
    r"down_blocks\.\d+\.(?:attentions|resnets)\.|layers\.\d+\.(?:adaLN_modulation|attention\.qkv))"
)
_TEXT = re.compile(
    r"(?:text_model\.encoder\.layers|text_model\.embeddings|transformer\.text_model|"
    r"encoder\.block\.\d+\.layer|(?:model\.)?layers\.\d+\.self_attn\.q_proj|token_embedding\.weight)"
)
_BUNDLED = ("first_stage_model.", "vae.", "cond_stage_model.", "conditioner.embedders.", "text_encoders.")
_LOW_RANK = re.compile(r"\.(?:lora_down|lora_up|lora_A|lora_B|lora\.down|lora\.up)\b")
_CONVOLUTION = 4
_EMBEDDING_NAMES = frozenset({"emb_params", "clip_l", "clip_g", "t5xxl"})
_MAX_EMBEDDING_TENSORS = 4


def content_of(header: Header) -> Content | None:
    """What the file is, or None where nothing is certain."""
    tensors = header.tensors
    kind = next((kind for kind, test in _TESTS if test(tensors)), None)
    if kind is None:
        return None
    return Content(kind, _family_of_tensors(tensors) or _family_of_words(header.metadata))


def _has(*parts: str) -> Callable[[Tensors], bool]:
    """A test for any of these texts in any tensor name."""
    return lambda tensors: any(part in name for name in tensors for part in parts)


def _is_lora(tensors: Tensors) -> bool:
    return any(_LOW_RANK.search(name) for name in tensors)


def _is_locon(tensors: Tensors) -> bool:
    """A LoRA that also holds spatial convolutions, which plain LoRA loaders do not know."""
    return any(
        _LOW_RANK.search(name) and len(tensor.shape) == _CONVOLUTION and max(tensor.shape[2:]) > 1
        for name, tensor in tensors.items()
    )


def _is_checkpoint(tensors: Tensors) -> bool:
    """A diffusion model that brings its VAE or text encoder along."""
    whole = any(name.startswith("model.diffusion_model.") for name in tensors)
    return whole and any(name.startswith(_BUNDLED) for name in tensors)


def _is_vae(tensors: Tensors) -> bool:
    plain = [name.removeprefix("first_stage_model.").removeprefix("vae.") for name in tensors]
    decodes = any(name.startswith(("decoder.conv_in", "decoder.conv1")) for name in plain)
    return decodes and any(
        name.startswith(("encoder.conv_in", "encoder.conv1", "decoder.conv_out", "decoder.head")) for name in plain
    )


def _is_embedding(tensors: Tensors) -> bool:
    few = 0 < len(tensors) <= _MAX_EMBEDDING_TENSORS
    return few and all(
        len(tensor.shape) <= 2 and (name in _EMBEDDING_NAMES or "string_to_param" in name)
        for name, tensor in tensors.items()
    )


def _is_diffusion(tensors: Tensors) -> bool:
    return any(_DIFFUSION.match(name) for name in tensors)


def _is_text_encoder(tensors: Tensors) -> bool:
    return any(_TEXT.search(name) for name in tensors)


#: In this order: a network names the layers of the model it changes, so it must be seen before that model.
_TESTS: tuple[tuple[Kind, Callable[[Tensors], bool]], ...] = (
    (Kind.LOHA, _has(".hada_w1_a")),
    (Kind.LOKR, _has(".lokr_w1", ".lokr_w2")),
    (Kind.DORA, _has("dora_scale", ".lora_magnitude_vector")),
    (Kind.LOCON, _is_locon),
    (Kind.LORA, _is_lora),
    (Kind.CONTROLNET, _has("control_model.", "controlnet_cond_embedding", "controlnet_blocks.", "input_hint_block")),
    (Kind.CHECKPOINT, _is_checkpoint),
    (Kind.MOTION, _has("motion_modules.", "temporal_transformer")),
    (Kind.VAE, _is_vae),
    (Kind.EMBEDDING, _is_embedding),
    (Kind.CLIP_VISION, _has("vision_model.embeddings", "visual_projection.")),
    (Kind.UPSCALER, _has(".rdb1.", "RDB1.conv1", "conv_up1", "upconv1", "model.1.sub.", "residual_group.blocks")),
    (Kind.DIFFUSION, _is_diffusion),
    (Kind.TEXT_ENCODER, _is_text_encoder),
)

_BY_WIDTH = {768: "sd1", 1024: "sd2", 2048: "sdxl"}
#: Texts in tensor names that only one family has; the first that occurs decides.
_BY_NAME = (
    ("sd3", re.compile(r"joint_blocks[._]\d")),
    ("flux", re.compile(r"(?:double|single)_blocks[._]\d|single_transformer_blocks[._]\d")),
    ("wan", re.compile(r"(?:^|\.|_)blocks[._]\d+[._]cross_attn[._]")),
    ("sdxl", re.compile(r"label_emb\.0\.0|conditioner\.embedders\.1\.|^lora_te2_|^clip_g$|add_embedding\.")),
)
_WORDS = (
    ("sdxl", ("stable-diffusion-xl", "sdxl")),
    ("sd3", ("stable-diffusion-3", "sd3")),
    ("sd2", ("stable-diffusion-v2", "sd_v2", "sd_2")),
    ("sd1", ("stable-diffusion-v1", "sd_v1", "sd_1")),
    ("flux", ("flux",)),
    ("wan", ("wan",)),
)
_CROSS_ATTENTION = re.compile(r"attn2[._]to_[kv]\b|attn2_to_[kv]_|attn2[._]to_[kv][._]")


def _family_of_tensors(tensors: Tensors) -> str | None:
    for family, pattern in _BY_NAME:
        if any(pattern.search(name) for name in tensors):
            return family
    widths = {_context_width(name, tensor, tensors) for name, tensor in tensors.items()}
    families = {_BY_WIDTH[width] for width in widths if width in _BY_WIDTH}
    return families.pop() if len(families) == 1 else None


def _context_width(name: str, tensor: Tensor, tensors: Tensors) -> int | None:
    """The width of the text context that a cross attention takes in, or that an embedding has."""
    if name == "emb_params" or "string_to_param" in name:
        return tensor.shape[-1] if tensor.shape else None
    if not _CROSS_ATTENTION.search(name) or not tensor.shape:
        return None
    if name.endswith("lokr_w2"):
        first = tensors.get(f"{name.removesuffix('lokr_w2')}lokr_w1")
        return tensor.shape[-1] * first.shape[-1] if first is not None and first.shape else None
    takes_in = (".lora_down", ".lora_A", ".lora.down", ".hada_w1_b", ".to_k.weight", ".to_v.weight")
    return tensor.shape[-1] if any(part in name for part in takes_in) else None


def _family_of_words(metadata: Mapping[str, str]) -> str | None:
    for key in ("modelspec.architecture", "ss_base_model_version"):
        text = metadata.get(key, "").lower()
        for family, starts in _WORDS:
            if text.startswith(starts):
                return family
    return None
