"""Tensor names and shapes per kind of model and base family.

Input widths (the last axis) are those of the real networks; output widths are reduced so that a file stays small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from civitdock.demo.safetensors import Tensor

CONTEXT_WIDTH = {"sd1": 768, "sd2": 1024, "sdxl": 2048, "flux": 3072, "wan": 5120, "sd3": 1536}
_SS_BASE = {"sd1": "sd_v1", "sd2": "sd_v2_768_v", "sdxl": "sdxl_base_v1-0", "flux": "flux1", "sd3": "sd3m"}
_ARCHITECTURE = {
    "sd1": "stable-diffusion-v1",
    "sd2": "stable-diffusion-v2-768-v",
    "sdxl": "stable-diffusion-xl-v1-base",
    "flux": "flux-1-dev",
    "sd3": "stable-diffusion-3-medium",
    "wan": "wan2.1",
}
_LORA_TARGETS = {
    "sd1": (
        ("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k", 320, 768),
        ("lora_te_text_model_encoder_layers_0_mlp_fc1", 3072, 768),
    ),
    "sd2": (
        ("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k", 320, 1024),
        ("lora_te_text_model_encoder_layers_0_mlp_fc1", 4096, 1024),
    ),
    "sdxl": (
        ("lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k", 640, 2048),
        ("lora_te1_text_model_encoder_layers_0_mlp_fc1", 3072, 768),
        ("lora_te2_text_model_encoder_layers_0_mlp_fc1", 5120, 1280),
    ),
    "flux": (
        ("lora_unet_double_blocks_0_img_attn_proj", 3072, 3072),
        ("lora_unet_double_blocks_0_txt_attn_proj", 3072, 3072),
    ),
    "sd3": (("lora_unet_joint_blocks_0_context_block_attn_proj", 1536, 1536),),
    "wan": (("diffusion_model.blocks.0.cross_attn.k", 5120, 5120),),
}


@dataclass(frozen=True)
class Layout:
    """What a file of one kind holds."""

    tensors: list[Tensor]
    metadata: dict[str, str] = field(default_factory=dict)


def family_of(base_model: str) -> str:
    """The network family of a CivitAI base model name; `sd1` for names without one of ours."""
    if base_model.startswith("Flux") or base_model in ("Chroma",):
        return "flux"
    if base_model.startswith("Wan"):
        return "wan"
    if base_model.startswith("SD 3"):
        return "sd3"
    if base_model.startswith("SD 2"):
        return "sd2"
    if base_model.startswith("SDXL") or base_model in ("Pony", "Illustrious", "NoobAI", "Kolors"):
        return "sdxl"
    return "sd1"


def _network_metadata(family: str, title: str, module: str, rank: int) -> dict[str, str]:
    metadata = {
        "ss_network_module": module,
        "ss_network_dim": str(rank),
        "ss_network_alpha": str(rank / 2),
        "ss_output_name": title,
        "ss_tag_frequency": '{"10_demo": {"' + title.lower() + '": 12, "outdoors": 7}}',
        "ss_resolution": "(1024, 1024)" if family in ("sdxl", "flux") else "(512, 512)",
        "sshs_model_hash": "",
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.title": title,
        "modelspec.architecture": f"{_ARCHITECTURE[family]}/lora",
        "modelspec.hash_sha256": "",
    }
    if family in _SS_BASE:
        metadata["ss_base_model_version"] = _SS_BASE[family]
    return metadata


def _lora(family: str, title: str, rank: int = 4) -> Layout:
    tensors: list[Tensor] = []
    for name, out, width in _LORA_TARGETS[family]:
        down, up = ("lora_A", "lora_B") if family == "wan" else ("lora_down", "lora_up")
        tensors += [Tensor(f"{name}.{down}.weight", (rank, width)), Tensor(f"{name}.{up}.weight", (out, rank))]
        if family != "wan":
            tensors.append(Tensor(f"{name}.alpha", ()))
    return Layout(tensors, _network_metadata(family, title, "networks.lora", rank))


def _locon(family: str, title: str) -> Layout:
    base = _lora(family, title)
    conv = "lora_unet_down_blocks_0_resnets_0_conv1"
    tensors = [
        *base.tensors,
        Tensor(f"{conv}.lora_down.weight", (4, 320, 3, 3)),
        Tensor(f"{conv}.lora_up.weight", (320, 4, 1, 1)),
        Tensor(f"{conv}.alpha", ()),
    ]
    metadata = {**base.metadata, "ss_network_module": "lycoris.kohya", "ss_network_args": '{"algo": "locon"}'}
    return Layout(tensors, metadata)


def _loha(family: str, title: str) -> Layout:
    name, out, width = _LORA_TARGETS[family][0]
    tensors = [Tensor(f"{name}.alpha", ())]
    for part in ("hada_w1", "hada_w2"):
        tensors += [Tensor(f"{name}.{part}_a", (out, 4)), Tensor(f"{name}.{part}_b", (4, width))]
    metadata = _network_metadata(family, title, "lycoris.kohya", 4)
    return Layout(tensors, {**metadata, "ss_network_args": '{"algo": "loha"}'})


def _lokr(family: str, title: str) -> Layout:
    name, out, width = _LORA_TARGETS[family][0]
    tensors = [
        Tensor(f"{name}.lokr_w1", (8, 8)),
        Tensor(f"{name}.lokr_w2", (out // 8, width // 8)),
        Tensor(f"{name}.alpha", ()),
    ]
    metadata = _network_metadata(family, title, "lycoris.kohya", 8)
    return Layout(tensors, {**metadata, "ss_network_args": '{"algo": "lokr"}'})


def _dora(family: str, title: str) -> Layout:
    base = _lora(family, title)
    scales = [Tensor(f"{name}.dora_scale", (out, 1)) for name, out, _ in _LORA_TARGETS[family]]
    return Layout(base.tensors + scales, base.metadata)


def _vae(family: str, title: str, prefix: str = "") -> Layout:
    channels = 16 if family in ("flux", "sd3", "wan") else 4
    tensors = [
        Tensor(f"{prefix}encoder.conv_in.weight", (128, 3, 3, 3), "F32"),
        Tensor(f"{prefix}encoder.down.0.block.0.norm1.weight", (128,), "F32"),
        Tensor(f"{prefix}decoder.conv_in.weight", (32, channels, 3, 3), "F32"),
        Tensor(f"{prefix}decoder.conv_out.weight", (3, 128, 3, 3), "F32"),
    ]
    if channels == 4:
        tensors += [
            Tensor(f"{prefix}quant_conv.weight", (8, 8, 1, 1), "F32"),
            Tensor(f"{prefix}post_quant_conv.weight", (4, 4, 1, 1), "F32"),
        ]
    return Layout(tensors, {"modelspec.title": title})


def _diffusion(family: str, title: str, prefix: str = "model.diffusion_model.") -> Layout:
    width = CONTEXT_WIDTH[family]
    names: dict[str, tuple[int, ...]]
    if family == "flux":
        names = {
            "img_in.weight": (16, 64),
            "txt_in.weight": (2, 4096),
            "guidance_in.in_layer.weight": (2, 256),
            "double_blocks.0.img_attn.qkv.weight": (4, 3072),
            "double_blocks.0.txt_attn.qkv.weight": (4, 3072),
            "single_blocks.0.linear1.weight": (2, 3072),
        }
    elif family == "wan":
        names = {
            "patch_embedding.weight": (8, 16, 1, 2, 2),
            "text_embedding.0.weight": (2, 4096),
            "blocks.0.cross_attn.k.weight": (2, width),
            "head.modulation": (1, 2, width),
        }
    elif family == "sd3":
        names = {
            "x_embedder.proj.weight": (16, 16, 2, 2),
            "context_embedder.weight": (4, 4096),
            "joint_blocks.0.context_block.attn.qkv.weight": (4, width),
        }
    else:
        block = "input_blocks.4.1" if family == "sdxl" else "input_blocks.1.1"
        names = {
            "input_blocks.0.0.weight": (320, 4, 3, 3),
            "time_embed.0.weight": (8, 320),
            f"{block}.transformer_blocks.0.attn2.to_k.weight": (8, width),
            "out.2.weight": (4, 320, 3, 3),
        }
        if family == "sdxl":
            names["label_emb.0.0.weight"] = (2, 2816)
            names["input_blocks.7.1.transformer_blocks.9.attn2.to_k.weight"] = (4, 2048)
    return Layout(
        [Tensor(prefix + name, shape) for name, shape in names.items()],
        {
            "modelspec.sai_model_spec": "1.0.0",
            "modelspec.title": title,
            "modelspec.architecture": _ARCHITECTURE[family],
        },
    )


def _checkpoint(family: str, title: str) -> Layout:
    base = _diffusion(family, title)
    texts = {
        "sd1": [Tensor("cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", (8, 768))],
        "sd2": [Tensor("cond_stage_model.model.token_embedding.weight", (8, 1024))],
        "sdxl": [
            Tensor("conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight", (8, 768)),
            Tensor("conditioner.embedders.1.model.token_embedding.weight", (8, 1280)),
            Tensor("conditioner.embedders.1.model.ln_final.weight", (1280,)),
        ],
        "flux": [Tensor("text_encoders.clip_l.transformer.text_model.final_layer_norm.weight", (768,))],
        "sd3": [Tensor("text_encoders.clip_g.transformer.text_model.final_layer_norm.weight", (1280,))],
        "wan": [Tensor("text_encoders.umt5xxl.transformer.encoder.final_layer_norm.weight", (4096,))],
    }
    prefix = "first_stage_model." if family != "flux" else "vae."
    return Layout(base.tensors + texts[family] + _vae(family, title, prefix).tensors, base.metadata)


def _unet(family: str, title: str) -> Layout:
    return _diffusion(family, title, "")


def _embedding(family: str, title: str) -> Layout:
    del title
    if family == "sdxl":
        return Layout([Tensor("clip_l", (6, 768), "F32"), Tensor("clip_g", (6, 1280), "F32")])
    return Layout([Tensor("emb_params", (8, 1024 if family == "sd2" else 768), "F32")])


def _controlnet(family: str, title: str) -> Layout:
    block = "input_blocks.4.1" if family == "sdxl" else "input_blocks.1.1"
    return Layout(
        [
            Tensor("control_model.input_hint_block.0.weight", (16, 3, 3, 3)),
            Tensor("control_model.input_blocks.0.0.weight", (320, 4, 3, 3)),
            Tensor(f"control_model.{block}.transformer_blocks.0.attn2.to_k.weight", (8, CONTEXT_WIDTH[family])),
            Tensor("control_model.zero_convs.0.0.weight", (16, 320, 1, 1)),
        ],
        {"modelspec.title": title},
    )


def _upscaler(family: str, title: str) -> Layout:
    del family, title
    return Layout(
        [
            Tensor("conv_first.weight", (64, 3, 3, 3)),
            Tensor("body.0.rdb1.conv1.weight", (32, 64, 3, 3)),
            Tensor("conv_up1.weight", (16, 64, 3, 3)),
            Tensor("conv_last.weight", (3, 64, 3, 3)),
        ]
    )


def _text_encoder(family: str, title: str) -> Layout:
    if family in ("flux", "sd3", "wan"):
        names = {
            "shared.weight": (8, 4096),
            "encoder.block.0.layer.0.SelfAttention.q.weight": (4, 4096),
            "encoder.final_layer_norm.weight": (4096,),
        }
    else:
        names = {
            "text_model.embeddings.token_embedding.weight": (16, 768),
            "text_model.encoder.layers.0.self_attn.q_proj.weight": (16, 768),
            "text_model.final_layer_norm.weight": (768,),
        }
    return Layout([Tensor(name, shape) for name, shape in names.items()], {"modelspec.title": title})


def _clip_vision(family: str, title: str) -> Layout:
    del family, title
    return Layout(
        [
            Tensor("vision_model.embeddings.patch_embedding.weight", (16, 3, 14, 14)),
            Tensor("vision_model.embeddings.class_embedding", (1280,)),
            Tensor("visual_projection.weight", (8, 1280)),
        ]
    )


def _motion(family: str, title: str) -> Layout:
    del family, title
    stem = "down_blocks.0.motion_modules.0.temporal_transformer"
    return Layout(
        [
            Tensor(f"{stem}.proj_in.weight", (16, 320)),
            Tensor(f"{stem}.transformer_blocks.0.attention_blocks.0.to_q.weight", (16, 320)),
            Tensor(f"{stem}.transformer_blocks.0.attention_blocks.0.pos_encoder.pe", (1, 32, 320)),
        ]
    )


LAYOUTS: dict[str, Callable[[str, str], Layout]] = {
    "checkpoint": _checkpoint,
    "diffusion": _unet,
    "lora": _lora,
    "locon": _locon,
    "loha": _loha,
    "lokr": _lokr,
    "dora": _dora,
    "vae": _vae,
    "embedding": _embedding,
    "controlnet": _controlnet,
    "upscaler": _upscaler,
    "text-encoder": _text_encoder,
    "clip-vision": _clip_vision,
    "motion": _motion,
}


def layout(kind: str, family: str, title: str) -> Layout:
    """Tensors and metadata of a `kind` of model for a base `family`."""
    return LAYOUTS[kind](family, title)
