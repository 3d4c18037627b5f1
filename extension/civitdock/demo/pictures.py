"""Paints the demo's pictures: a sky, a sun and hills, houses or trees in colours of their own per seed."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageDraw, PngImagePlugin

SNAPPED_WIDTHS: tuple[int, ...] = (96, 320, 450, 512, 800, 1200, 1600, 2200)
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_GRID = 8


def snap(width: int) -> int:
    """The next width that the CDN serves (`civitai-api.md` section 6)."""
    return next((known for known in SNAPPED_WIDTHS if known >= width), SNAPPED_WIDTHS[-1])


def _colour(rng: random.Random, light: float) -> tuple[int, int, int]:
    hue = rng.random() * math.tau
    return (
        int(255 * light * (0.65 + 0.35 * math.cos(hue))),
        int(255 * light * (0.65 + 0.35 * math.cos(hue - math.tau / 3))),
        int(255 * light * (0.65 + 0.35 * math.cos(hue + math.tau / 3))),
    )


def paint(seed: str, width: int, height: int) -> Image.Image:
    """A landscape; the same seed gives the same composition at any size."""
    rng = random.Random(f"picture:{seed}")
    corners = Image.new("RGB", (2, 2))
    for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
        corners.putpixel((x, y), _colour(rng, 0.95 if y else 0.7))
    canvas = corners.resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(canvas)
    radius = rng.uniform(0.06, 0.16) * min(width, height)
    centre = (rng.uniform(0.2, 0.8) * width, rng.uniform(0.12, 0.4) * height)
    box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    draw.ellipse(box, fill=_colour(rng, 1.0))
    motif = rng.choice((_hills, _hills, _skyline, _pines))
    for layer in range(4):
        motif(draw, rng, (width, height), layer)
    return canvas


def _hills(draw: ImageDraw.ImageDraw, rng: random.Random, size: tuple[int, int], layer: int) -> None:
    """One ridge, nearer and darker with every layer."""
    width, height = size
    base, swing = 0.45 + 0.14 * layer, rng.uniform(0.04, 0.12)
    phase, waves = rng.random() * math.tau, rng.uniform(0.7, 2.2)
    ridge = [
        (width * step / 48, height * (base + swing * math.sin(phase + waves * step / 48 * math.tau)))
        for step in range(49)
    ]
    draw.polygon([(0, height), *ridge, (width, height)], fill=_colour(rng, 0.75 - 0.15 * layer))


def _skyline(draw: ImageDraw.ImageDraw, rng: random.Random, size: tuple[int, int], layer: int) -> None:
    """One row of houses with lit windows."""
    width, height = size
    wall, lit = _colour(rng, 0.7 - 0.16 * layer), _colour(rng, 1.0)
    left = 0.0
    while left < 1:
        breadth = rng.uniform(0.06, 0.14)
        top = 0.42 + 0.13 * layer + rng.uniform(-0.1, 0.06)
        draw.rectangle((left * width, top * height, (left + breadth) * width, height), fill=wall)
        for row in range(3):
            if rng.random() < 0.5:
                x, y = (left + breadth * 0.35) * width, (top + 0.03 + 0.04 * row) * height
                draw.rectangle((x, y, x + breadth * 0.25 * width, y + 0.015 * height), fill=lit)
        left += breadth


def _pines(draw: ImageDraw.ImageDraw, rng: random.Random, size: tuple[int, int], layer: int) -> None:
    """One line of trees on a slope."""
    width, height = size
    green, base, slope = _colour(rng, 0.7 - 0.16 * layer), 0.6 + 0.12 * layer, rng.uniform(-0.08, 0.08)
    ground = [(0, height), (0, height * base), (width, height * (base + slope)), (width, height)]
    draw.polygon(ground, fill=green)
    for number in range(9):
        x = (number + rng.random()) / 9
        foot, tall, wide = base + slope * x, rng.uniform(0.08, 0.2), rng.uniform(0.03, 0.06)
        for part in (1.0, 0.7):
            left, right = (x - wide * part) * width, (x + wide * part) * width
            low = (foot + 0.02 - (1 - part) * tall) * height
            draw.polygon([(left, low), (right, low), (x * width, (foot - tall) * height)], fill=green)


def encode(image: Image.Image, format_name: str, parameters: str | None = None) -> bytes:
    """The picture as JPEG, PNG or WEBP; a PNG carries `parameters` as WebUIs write it."""
    target = io.BytesIO()
    if format_name == "PNG":
        info = PngImagePlugin.PngInfo()
        if parameters is not None:
            info.add_text("parameters", parameters)
        image.save(target, "PNG", pnginfo=info, compress_level=3)
    elif format_name == "WEBP":
        image.save(target, "WEBP", quality=80, method=2)
    else:
        image.save(target, "JPEG", quality=82)
    return target.getvalue()


def _linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> int:
    part = max(0.0, min(1.0, value))
    shown = part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return int(shown * 255 + 0.5)


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83 ** (length - place) % 83] for place in range(1, length + 1))


def _factors(pixels: list[tuple[float, float, float]], across: int, down: int) -> list[list[float]]:
    """Cosine transform of the linear pixels, one triple per component."""
    waves = [[math.cos(math.pi * n * (p + 0.5) / _GRID) for p in range(_GRID)] for n in range(max(across, down))]
    found: list[list[float]] = []
    for j in range(down):
        for i in range(across):
            scale = (1 if i == j == 0 else 2) / (_GRID * _GRID)
            sums = [0.0, 0.0, 0.0]
            for at, pixel in enumerate(pixels):
                weight = waves[i][at % _GRID] * waves[j][at // _GRID]
                for channel in range(3):
                    sums[channel] += weight * pixel[channel]
            found.append([total * scale for total in sums])
    return found


def blurhash(seed: str, across: int = 4, down: int = 3) -> str:
    """The BlurHash of `paint(seed, ...)`, taken from a thumbnail of 8 x 8 pixels."""
    small = paint(seed, 48, 48).resize((_GRID, _GRID), Image.Resampling.BILINEAR).tobytes()
    pixels = [(_linear(small[at]), _linear(small[at + 1]), _linear(small[at + 2])) for at in range(0, len(small), 3)]
    mean, *rest = _factors(pixels, across, down)
    peak = max(abs(part) for factor in rest for part in factor)
    quantised = max(0, min(82, int(peak * 166 - 0.5)))
    limit = (quantised + 1) / 166
    text = _base83((across - 1) + (down - 1) * 9, 1) + _base83(quantised, 1)
    text += _base83((_gamma(mean[0]) << 16) + (_gamma(mean[1]) << 8) + _gamma(mean[2]), 4)
    for factor in rest:
        levels = [max(0, min(18, int(math.copysign(abs(part / limit) ** 0.5, part) * 9 + 9.5))) for part in factor]
        text += _base83(levels[0] * 361 + levels[1] * 19 + levels[2], 2)
    return text
