"""Models whose names, file names or Content-Disposition headers are hostile or merely odd."""

from __future__ import annotations

from civitdock.demo.builder import Builder
from civitdock.demo.contents import tensor_blob

HOSTILE_FILE_NAMES: dict[str, str] = {
    "name-illegal": 'bad<>:"|?*name.safetensors',
    "name-slashes": "dir/sub\\name.safetensors",
    "name-climbing": "../../outside.safetensors",
    "name-absolute": "/etc/outside.safetensors",
    "name-drive": "C:\\Windows\\outside.safetensors",
    "name-leading-space": "  padded name.safetensors",
    "name-trailing-dot": "trailing.safetensors.",
    "name-trailing-space": "trailing.safetensors ",
    "name-long": "long_" + "x" * 240 + ".safetensors",
    "name-long-unicode": "花" * 120 + ".safetensors",
    "name-reserved": "CON.safetensors",
    "name-reserved-port": "com1.tar.safetensors",
    "name-unicode": "Über_花火_модель \U0001f386.safetensors",
    "name-composed": "e\u0301te\u0301.safetensors",
    "name-rtl": "model\u202egnp.safetensors",
    "name-control": "tab\tnew\nline\u0000nul.safetensors",
    "name-no-stem": ".safetensors",
    "name-no-suffix": "justaname",
    "name-double-suffix": "picture.png.exe.safetensors",
    "name-dots": "..",
    "name-empty": "",
    "name-stream": "model.safetensors:hidden",
    "name-percent": "100%25%2e%2e%2fsure.safetensors",
}

ODD_DISPOSITIONS: dict[str, str] = {
    "disposition-quotes": 'attachment; filename="a \\"quoted\\" name.safetensors"',
    "disposition-path": 'attachment; filename="../../evil/outside.safetensors"',
    "disposition-percent": 'attachment; filename="with%20escapes%2F.safetensors"',
    "disposition-utf8": "attachment; filename=\"plain.safetensors\"; filename*=UTF-8''%E8%8A%B1.safetensors",
    "disposition-bare": "attachment; filename=no quotes here.safetensors",
    "disposition-none": "attachment",
}

ODD_MODEL_NAMES: dict[str, str] = {
    "model-name-padded": "  Padded Name  ",
    "model-name-path": "Girl / Boy \\ ..: <Style> | 2.0?",
    "model-name-rtl": "\u202eدروب\u202c Lighthouse",
    "model-name-long": "A name that goes on " * 12,
    "model-name-markup": "<img src=x onerror=window.demoAttack=9> & Co",
}


def _one(builder: Builder, title: str, trap: str, file_name: str, disposition: str | None = None) -> None:
    model = builder.model(title, "LORA", trap)
    blob = tensor_blob(trap, "lora", "sd1", trap)
    file = builder.file(file_name, blob, format="SafeTensor", primary=True, disposition=disposition)
    builder.version(model, "v1.0", "SD 1.5", [file], trained_words=[trap.replace("-", "")])


def add_name_traps(builder: Builder) -> None:
    """Hostile file names, odd headers, odd model names, and one name in three models."""
    for trap, name in HOSTILE_FILE_NAMES.items():
        _one(builder, f"Trap {trap.replace('-', ' ').title()}", trap, name)
    for trap, value in ODD_DISPOSITIONS.items():
        _one(builder, f"Trap {trap.replace('-', ' ').title()}", trap, f"{trap}.safetensors", value)
    for trap, title in ODD_MODEL_NAMES.items():
        _one(builder, title, trap, f"{trap}.safetensors")
    for number in (1, 2, 3):
        _one(builder, "Trap Same Name", f"same-name-{number}", "sameName.safetensors")
