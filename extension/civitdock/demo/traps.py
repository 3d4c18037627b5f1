"""Models that each carry one oddity of `civitai-api.md` section 8. Tests find them by name."""

from __future__ import annotations

from typing import Any

from civitdock.demo.blobs import Blob, BytesBlob, ChangedBlob
from civitdock.demo.builder import Builder, camel, days_ago
from civitdock.demo.contents import large_tensor_blob, other_blob, tensor_blob
from civitdock.demo.layouts import family_of
from civitdock.demo.records import CommercialForm, DemoModel, HashStyle
from civitdock.demo.texts import HOSTILE_DESCRIPTION, long_description
from civitdock.demo.trap_names import add_name_traps

FAR_FUTURE = "2099-01-01T00:00:00.000Z"
_MB = 1024 * 1024


class _Maker:
    """Short forms for a model with one file."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def lora(self, trap: str, base: str = "SD 1.5", file: dict[str, Any] | None = None, **version: Any) -> DemoModel:
        """A LoRA `Trap ...` with one version and one file; `file` and `version` change these records."""
        title = "Trap " + trap.replace("-", " ").title()
        model = self.builder.model(title, "LORA", trap)
        self.add(model, "v1.0", base, file, **version)
        return model

    def add(self, model: DemoModel, name: str, base: str, file: dict[str, Any] | None = None, **version: Any) -> None:
        """Another LoRA version for a model."""
        blob: Blob = tensor_blob(f"{model.id}:{name}", "lora", family_of(base), model.name)
        fields = {"name": f"{camel(model.name, name)}.safetensors", "blob": blob, "primary": True, **(file or {})}
        made = self.builder.file(fields.pop("name"), fields.pop("blob"), **fields)
        self.builder.version(model, name, base, [made], **{"trained_words": [f"word{model.id}"], **version})


def _access(make: _Maker) -> None:
    """Who may download: early access, payment, login, archive, take-down, disabled."""
    early = make.lora("early-access", "SDXL 1.0", early_access_until=FAR_FUTURE, published_at=days_ago(1))
    make.add(early, "v0.9", "SDXL 1.0", published_at=days_ago(60))
    make.lora("early-access-over", early_access_until="2024-01-01T00:00:00.000Z")
    make.lora("paid-permanent", paid_permanently=True)
    make.lora("login-required", require_auth=True)
    make.lora("download-disabled", usage_control="Generation")
    make.lora("archived").mode = "Archived"
    make.lora("taken-down").mode = "TakenDown"
    make.lora("unpublished", status="Unpublished")
    make.lora("lost-file", file={"lost": True})


def _ratings(make: _Maker) -> None:
    """Labels over the bit mask; the pictures are landscapes as everywhere."""
    image = make.builder.image
    flag = make.lora("level-31-flag-false", images=[image(level=level) for level in (1, 2, 4, 8, 16)])
    flag.nsfw = False
    mature = make.lora("mature-only", images=[image(level=4), image(level=8), image(level=16)])
    mature.nsfw = True
    make.lora("soft-only", images=[image(level=2)])
    make.lora("first-picture-mature", images=[image(level=16), image(level=4), image(level=1)])
    make.lora("blocked-picture", images=[image(level=32), image(level=1)])
    unrated = make.lora("not-rated-yet")
    unrated.level = unrated.versions[0].level = 0
    make.lora("minor-flag").minor = True
    make.lora("poi-flag").poi = True


def _scans(make: _Maker) -> None:
    """Scan results and pickles."""
    builder = make.builder
    danger = builder.model("Trap Pickle Danger", "Checkpoint", "pickle-danger")
    message = "**Detected Pickle imports (1)**\n*Dangerous import detected*\n```\n*posix.system*\n```"
    blob = other_blob("danger", "hostile-pickle")
    file = builder.file("trapPickleDanger_v1.ckpt", blob, primary=True, pickle_scan="Danger", pickle_message=message)
    builder.version(danger, "v1", "SD 1.5", [file])
    hidden = builder.model("Trap Pickle Hidden", "TextualInversion", "pickle-hidden")
    file = builder.file("trapPickleHidden.pt", other_blob("hidden", "hostile-pickle"), primary=True)
    builder.version(hidden, "v1", "SD 1.5", [file], trained_words=["trapPickleHidden"])
    clean = builder.model("Trap Pickle Clean", "TextualInversion", "pickle-clean")
    file = builder.file("trapPickleClean.pt", other_blob("clean", "pickle"), primary=True)
    builder.version(clean, "v1", "SD 1.5", [file], trained_words=["trapPickleClean"])
    pending: dict[str, Any] = {"hash_style": HashStyle.UNSCANNED, "scanned_at": None, "pickle_message": None}
    make.lora("unscanned", file={**pending, "pickle_scan": "Pending", "virus_scan": "Pending"})
    make.lora("scan-error", file={"pickle_scan": "Error", "pickle_message": None})
    make.lora("virus-danger", file={"virus_scan": "Danger"})
    make.lora("not-a-model", file={"blob": BytesBlob("not-a-model", b"<!DOCTYPE html><p>No tensors here</p>" * 40)})
    bundle = builder.model("Trap Hostile Archive", "Wildcards", "hostile-archive")
    file = builder.file("trapHostileArchive_v1.zip", other_blob("hostile", "hostile-archive"), primary=True)
    builder.version(bundle, "v1", "Other", [file])


def _hashes(make: _Maker) -> None:
    """Forms of hashes, sizes that lie, bytes that changed."""
    make.lora("long-autov3", "SDXL Turbo", file={"hash_style": HashStyle.LONG_AUTOV3})
    make.lora("lower-hashes", file={"hash_style": HashStyle.LOWER_CASE})
    make.lora("no-autov3", file={"hash_style": HashStyle.NO_AUTOV3})
    make.lora("sha256-only", file={"hash_style": HashStyle.SHA256_ONLY})
    make.lora("bad-autov3", file={"hash_overrides": {"AutoV3": "E3B0C44298FC"}})
    make.lora("size-zero", file={"size_kb": 0})
    make.lora("size-wrong", file={"size_kb": 147572.9541015625})
    shared = tensor_blob("shared", "vae", "sd1", "shared vae")
    for trap, age in (("shared-hash-old", 500.0), ("shared-hash-new", 5.0)):
        model = make.builder.model(f"Trap {trap.replace('-', ' ').title()}", "VAE", trap)
        file = make.builder.file("sharedVae.safetensors", shared, type="VAE", primary=True)
        make.builder.version(model, "v1", "SD 1.5", [file], published_at=days_ago(age))
    replaced = make.lora("replaced-bytes")
    main = replaced.versions[0].files[0]
    main.served = ChangedBlob(main.blob)
    old = make.lora("superseded-file")
    stale = tensor_blob("superseded", "lora", "sd1", "superseded")
    old.versions[0].files.append(make.builder.file("trapSupersededFile_old.safetensors", stale, superseded=True))


def _files(make: _Maker) -> None:
    """Which files a version has and which of them comes first."""
    builder = make.builder
    twin = make.lora("twin-files")
    name = twin.versions[0].files[0].name
    for number in range(2):
        blob = tensor_blob(f"twin:{number}", "lora", "sd1", "twin")
        twin.versions[0].files.append(builder.file(name, blob, download_query=""))
    multi = builder.model("Trap Multi File", "Checkpoint", "multi-file", checkpoint_type="Trained")
    stem = "trapMultiFile_v10"
    blobs = {kind: tensor_blob(f"multi:{kind}", kind, "flux", stem) for kind in ("checkpoint", "vae", "text-encoder")}
    half = tensor_blob("multi:half", "checkpoint", "flux", stem)
    files = [
        builder.file(f"{stem}.safetensors", half, type="Pruned Model", size="pruned", fp="fp16"),
        builder.file(f"{stem}_txt.safetensors", blobs["text-encoder"], type="Text Encoder"),
        builder.file(f"{stem}.safetensors", blobs["checkpoint"], size="full", fp="fp32", primary=True),
        builder.file(f"{stem}.gguf", other_blob("multi", "gguf"), quant="Q8_0"),
        builder.file(f"{stem}_vae.safetensors", blobs["vae"], type="VAE"),
        builder.file(f"{stem}.yaml", other_blob("multi", "config"), type="Config", pickle_scan="Error"),
        builder.file(f"{stem}_trainingData.zip", other_blob("multi", "training"), type="Training Data"),
        builder.file(f"{stem}_hidden.safetensors", blobs["vae"], type="Other", public=False),
    ]
    builder.version(multi, "v1.0", "Flux.1 D", files)
    owner = builder.model("Trap Linked Vae Owner", "VAE", "linked-vae-owner")
    vae = builder.file(
        "linkedVae.safetensors", tensor_blob("linked", "vae", "flux", "linked"), type="VAE", primary=True
    )
    builder.version(owner, "v1", "Flux.1 D", [vae])
    linked = make.lora("linked-vae", "Flux.1 D")
    linked.versions[0].linked_file_ids.append(vae.id)
    make.lora("no-primary", file={"primary": False})
    make.lora("no-public-file", file={"public": False})
    for trap, base, kind in (
        ("mislabelled-checkpoint", "SDXL 1.0", "checkpoint"),
        ("mislabelled-vae", "SD 1.5", "vae"),
    ):
        make.lora(trap, base, file={"blob": tensor_blob(trap, kind, family_of(base), trap)})
    other = builder.model("Trap Vague Other", "Other", "vague-other")
    lora = builder.file(
        "vagueOther.safetensors", tensor_blob("vague", "lora", "sdxl", "vague"), primary=True, type="Other"
    )
    builder.version(other, "v1", "SDXL 1.0", [lora])
    big = builder.model("Trap Big Checkpoint", "Checkpoint", "big", checkpoint_type="Merge")
    blob = large_tensor_blob("big", "checkpoint", "sdxl", "big", 40 * _MB)
    builder.version(big, "v1.0", "SDXL 1.0", [builder.file("trapBigCheckpoint_v10.safetensors", blob, primary=True)])
    make.lora("empty-versions").versions.clear()


def _people(make: _Maker) -> None:
    """Creators, licences, statistics, descriptions."""
    make.lora("creator-absent").anonymous = True
    make.lora("creator-null").creator = None
    make.lora("creator-image").creator_image = "https://lh3.googleusercontent.com/a/demo=s96-c"
    hidden = make.lora("stats-hidden")
    hidden.hides_stats = True
    for form in CommercialForm:
        licence = make.lora(f"commercial-{form.value}")
        licence.commercial_form, licence.commercial = form, ["Image", "RentCivit"]
    nothing = make.lora("commercial-none")
    nothing.commercial = []
    make.lora("description-null").description = None
    make.lora("description-long").description = long_description()
    make.lora("description-hostile", description=HOSTILE_DESCRIPTION).description = HOSTILE_DESCRIPTION
    words = ["word, another word", "  padded ", "<lora:demo:0.8>", "word, another word", "", "ünïcode 花"]
    make.lora("odd-words", trained_words=words)
    make.lora("no-words", trained_words=[])


def _drift(make: _Maker) -> None:
    """Values and keys that no client knows yet, times without a zone."""
    builder = make.builder
    extra = {"futureFlag": {"nested": [1, None, "x"]}, "another": None}
    unknown = builder.model("Trap Unknown Enums", "Hologram", "unknown-enums", extra=extra, availability="Elsewhere")
    blob = tensor_blob("unknown", "lora", "sd1", "unknown")
    file = builder.file(
        "trapUnknownEnums.safetensors",
        blob,
        type="Hologram Part",
        format="Crystal",
        fp="fp3",
        primary=True,
        extra=extra,
    )
    builder.version(unknown, "v1", "Quantum 9", [file], base_model_type="Folded", extra=extra)
    unknown.mode = "Dreaming"
    make.lora("zoneless-times", zoneless=True)
    old = make.lora("old-shape", zoneless=True, images=[builder.image(extra={"nsfw": "None"})])
    old.versions[0].extra = {"modelId": old.id, "earlyAccessTimeFrame": 0, "updatedAt": days_ago(800)}
    rated = {"downloadCount": 335, "favoriteCount": 138, "commentCount": 2, "ratingCount": 4, "rating": 4.75}
    old.extra, old.commercial_form = {"stats": rated}, CommercialForm.STRING
    chain = make.lora("update-chain", published_at=days_ago(3))
    make.add(chain, "v0.9 XL", "SDXL 1.0", published_at=days_ago(30))
    make.add(chain, "v0.8", "SD 1.5", published_at=days_ago(90))
    make.add(chain, "v0.7", "SD 1.5", published_at=days_ago(200))


def _pictures(make: _Maker) -> None:
    """Pictures that are missing, lie about their kind, or are videos."""
    image, meta = make.builder.image, make.builder.meta
    make.lora("no-images", images=[])
    make.lora("many-images", images=make.builder.images(30))
    make.lora("gone-images", images=[image(gone=True), image(gone=True)])
    make.lora("video-only", "Wan Video 14B t2v", images=[image(kind="video", width=320, height=320, format="JPEG")])
    make.lora("video-first", images=[image(kind="video", width=320, height=320, format="JPEG"), image()])
    make.lora("png-as-jpeg", images=[image(format="PNG")])
    make.lora("webp-as-jpeg", images=[image(format="WEBP")])
    make.lora("sizeless-images", images=[image(width=0, height=0, hashed=False)])
    wrapped = image(meta={"id": 7, "meta": meta()})
    strings = image(meta={**meta(), "steps": "20", "cfgScale": "7", "seed": "234871805"})
    comfy = image(meta={"comfy": '{"prompt": {"3": {"class_type": "KSampler"}}}', "prompt": "a tram"})
    withheld = image(meta=None, has_meta=True)
    resources: list[dict[str, Any]] = [
        {"type": "lora", "name": "demo", "weight": 0.8, "hash": "0123456789ab"},
        {"type": "lora", "weight": None},
    ]
    make.lora("odd-meta", images=[wrapped, strings, comfy, withheld, image(meta=meta(resources))])


def add_traps(builder: Builder) -> None:
    """Put all special models behind the ordinary ones."""
    make = _Maker(builder)
    for group in (_access, _ratings, _scans, _hashes, _files, _people, _drift, _pictures):
        group(make)
    add_name_traps(builder)
    for model in builder.traps.values():  # oddities are looked for by name; the first pages belong to ordinary models
        for version in model.versions:
            version.downloads, version.thumbs_up = version.downloads // 100, version.thumbs_up // 100
