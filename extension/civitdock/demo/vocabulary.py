"""Words and enumerations of the demo catalogue (`civitai-api.md` section 7)."""

from __future__ import annotations

MODEL_TYPES: tuple[str, ...] = (
    "Checkpoint",
    "TextualInversion",
    "Hypernetwork",
    "AestheticGradient",
    "LORA",
    "LoCon",
    "DoRA",
    "Controlnet",
    "Upscaler",
    "MotionModule",
    "VAE",
    "TextEncoder",
    "UNet",
    "CLIPVision",
    "Poses",
    "Wildcards",
    "Workflows",
    "ComfyWorkflows",
    "Detection",
    "VisionLanguage",
    "CLIP",
    "LLM",
    "Other",
)

FILE_TYPES: tuple[str, ...] = (
    "Model",
    "Text Encoder",
    "Vision Encoder",
    "Pruned Model",
    "Negative",
    "Training Data",
    "VAE",
    "Config",
    "Archive",
    "UNet",
    "Diffusion Model",
    "CLIPVision",
    "ControlNet",
    "Workflow",
    "Upscaler",
    "Enhancement LoRA",
    "Other",
)

FILE_FORMATS: tuple[str, ...] = ("SafeTensor", "PickleTensor", "GGUF", "Diffusers", "Core ML", "ONNX", "Other")
FILE_SIZES: tuple[str, ...] = ("full", "pruned")

ACTIVE_BASE_MODELS: tuple[str, ...] = (
    "Chroma",
    "Flux.1 S",
    "Flux.1 D",
    "Flux.1 Krea",
    "Flux.1 Kontext",
    "Flux.2 D",
    "HiDream",
    "Hunyuan Video",
    "Illustrious",
    "Kolors",
    "LTXV",
    "Lumina",
    "NoobAI",
    "Upscaler",
    "Other",
    "Pony",
    "Pony V7",
    "Qwen",
    "SD 1.4",
    "SD 1.5",
    "SD 1.5 LCM",
    "SD 1.5 Hyper",
    "SD 2.0",
    "SD 2.1",
    "SDXL 1.0",
    "SDXL Lightning",
    "SDXL Hyper",
    "Wan Video 1.3B t2v",
    "Wan Video 14B t2v",
    "Wan Video 2.2 T2V-A14B",
    "ZImageTurbo",
)

RETIRED_BASE_MODELS: tuple[str, ...] = (
    "SD 2.0 768",
    "SD 2.1 768",
    "SD 3",
    "SD 3.5",
    "SD 3.5 Large",
    "SDXL 0.9",
    "SDXL Turbo",
    "Stable Cascade",
    "SVD",
    "Wan Video",
)

BASE_MODELS: tuple[str, ...] = ACTIVE_BASE_MODELS + RETIRED_BASE_MODELS
BASE_MODEL_TYPES: tuple[str, ...] = ("Standard", "Inpainting", "Refiner", "Pix2Pix")

SORTS: tuple[str, ...] = (
    "Highest Rated",
    "Most Downloaded",
    "Most Liked",
    "Most Discussed",
    "Most Collected",
    "Most Images",
    "Newest",
    "Oldest",
)
IMAGE_SORTS: tuple[str, ...] = ("Most Reactions", "Most Comments", "Most Collected", "Newest", "Oldest", "Random")
PERIOD_DAYS: dict[str, int | None] = {"AllTime": None, "Year": 365, "Month": 30, "Week": 7, "Day": 1}

COMMERCIAL_USES: tuple[str, ...] = ("None", "Image", "RentCivit", "Rent", "Sell")
CHECKPOINT_TYPES: tuple[str, ...] = ("Trained", "Merge")

AIR_TYPES: dict[str, str] = {
    "Checkpoint": "checkpoint",
    "TextualInversion": "embedding",
    "Hypernetwork": "hypernet",
    "AestheticGradient": "ag",
    "LORA": "lora",
    "LoCon": "lycoris",
    "DoRA": "dora",
    "Controlnet": "controlnet",
    "Upscaler": "upscaler",
    "MotionModule": "motion",
    "VAE": "vae",
    "TextEncoder": "text_encoders",
    "UNet": "unet",
    "CLIPVision": "clipvision",
    "CLIP": "clip",
    "VisionLanguage": "visionlanguage",
}

PG, PG13, R, X, XXX, BLOCKED = 1, 2, 4, 8, 16, 32

CREATORS: tuple[str, ...] = (
    "Quillmaker",
    "harbor_light",
    "NorthPine",
    "tinycomet",
    "PaperLantern",
    "mosswright",
    "BlueKiln",
    "otterworks",
    "SlowRiver",
    "copperleaf",
    "Ferrous_Fox",
    "dustmote",
    "WinterOak",
    "glasswing",
    "tallgrass",
    "Marrow_and_Thyme",
)

PLACES: tuple[str, ...] = (
    "Harbor",
    "Lantern",
    "Glacier",
    "Orchard",
    "Canyon",
    "Meadow",
    "Observatory",
    "Tidepool",
    "Foundry",
    "Cathedral",
    "Greenhouse",
    "Lighthouse",
    "Archipelago",
    "Monsoon",
    "Prairie",
    "Aurora",
    "Driftwood",
    "Cobblestone",
    "Windmill",
    "Terrace",
)

MANNERS: tuple[str, ...] = (
    "Watercolor",
    "Ink Wash",
    "Photoreal",
    "Claymation",
    "Linocut",
    "Low Poly",
    "Pastel",
    "Blueprint",
    "Stained Glass",
    "Papercraft",
    "Oil Sketch",
    "Isometric",
    "Woodblock",
    "Gouache",
    "Neon",
    "Charcoal",
    "Mosaic",
    "Retro Poster",
)

TAGS: tuple[str, ...] = (
    "style",
    "landscape",
    "architecture",
    "anime",
    "photorealistic",
    "animals",
    "vehicle",
    "background",
    "tool",
    "concept",
    "character",
    "clothing",
    "object",
    "fantasy",
    "scifi",
    "base model",
    "illustration",
    "3d",
    "comic book",
    "nature",
)

SUBJECTS: tuple[str, ...] = (
    "a red fox under a maple tree",
    "an old tram in the rain",
    "a stone bridge at dawn",
    "a bowl of oranges by a window",
    "a paper boat on a pond",
    "a mountain hut in fresh snow",
    "an owl reading a map",
    "a market street with lanterns",
)

SAMPLERS: tuple[str, ...] = ("Euler a", "DPM++ 2M Karras", "DPM++ SDE Karras", "UniPC", "LCM")
