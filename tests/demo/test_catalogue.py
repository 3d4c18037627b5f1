"""The catalogue is large, varied, the same every time, and its files are what their hashes say."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import pickletools
import struct
import zipfile
import zlib

import pytest

from civitdock.demo.blobs import ChangedBlob, CutBlob, PatternBlob
from civitdock.demo.catalogue import Catalogue, stored_hashes
from civitdock.demo.digests import digest
from civitdock.demo.records import HashStyle
from civitdock.demo.server import DemoCivitai
from civitdock.demo.vocabulary import MODEL_TYPES

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def test_there_are_two_hundred_models_of_every_type(catalogue: Catalogue) -> None:
    assert len(catalogue.models) >= 200
    assert {model.type for model in catalogue.models} >= set(MODEL_TYPES)
    bases = {version.base_model for model in catalogue.models for version in model.versions}
    assert bases >= {"SD 1.5", "SDXL 1.0", "Pony", "Illustrious", "Flux.1 D", "Wan Video 14B t2v"}


def test_the_same_seed_gives_the_same_catalogue_and_bytes(catalogue: Catalogue) -> None:
    again, other = Catalogue(), Catalogue(seed=2)
    for one, two in zip(catalogue.files(), again.files(), strict=True):
        assert (one[1].id, one[1].name) == (two[1].id, two[1].name)
    sample = [file for _, file in catalogue.files()][::40]
    for file in sample:
        twin = again.file(file.id)
        assert twin is not None
        assert twin.blob.read() == file.blob.read()
    assert [model.name for model in other.models] != [model.name for model in catalogue.models]


def test_ids_are_unique(catalogue: Catalogue) -> None:
    versions = [version.id for model in catalogue.models for version in model.versions]
    files = [file.id for model in catalogue.models for version in model.versions for file in version.files]
    assert len(set(versions)) == len(versions)
    assert len(set(files)) == len(files)


def test_every_hash_of_every_small_file_is_true(catalogue: Catalogue) -> None:
    checked = 0
    for _, file in catalogue.files():
        if file.blob.size > 1_000_000 or file.hash_style is not HashStyle.FULL or file.hash_overrides:
            continue
        content, hashes = file.blob.read(), stored_hashes(file)
        assert len(content) == file.blob.size
        sha = hashlib.sha256(content).hexdigest().upper()
        assert hashes["SHA256"] == sha
        assert hashes["AutoV2"] == sha[:10]
        assert bytes.fromhex(hashes["CRC32"])[::-1] == zlib.crc32(content).to_bytes(4, "big")
        length = struct.unpack("<Q", content[:8])[0] if file.format == "SafeTensor" and content[:1] != b"<" else None
        if length is not None:
            assert hashes["AutoV3"] == hashlib.sha256(content[8 + length :]).hexdigest()[:12].upper()
        assert "AutoV1" not in hashes
        checked += 1
    assert checked > 400


def test_the_hashes_of_a_large_file_are_true(catalogue: Catalogue) -> None:
    file = catalogue.trap("big").versions[0].files[0]
    content, hashes = file.blob.read(), stored_hashes(file)
    assert len(content) == file.blob.size == 40 * 1024 * 1024
    assert hashes["SHA256"] == hashlib.sha256(content).hexdigest().upper()
    assert hashes["AutoV1"] == hashlib.sha256(content[0x100000:0x110000]).hexdigest()[:8].upper()
    length = struct.unpack("<Q", content[:8])[0]
    assert hashes["AutoV3"] == hashlib.sha256(content[8 + length :]).hexdigest()[:12].upper()
    header = json.loads(content[8 : 8 + length])
    end = max(entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__")
    assert 8 + length + end == len(content)


def test_blake3_is_true_where_the_package_is_there(catalogue: Catalogue) -> None:
    blake3 = pytest.importorskip("blake3")
    file = catalogue.trap("multi-file").versions[0].files[0]
    assert stored_hashes(file)["BLAKE3"] == blake3.blake3(file.blob.read()).hexdigest().upper()


def test_crc32_is_printed_little_endian() -> None:
    assert digest([b"hello ", b"world"], 11).crc32 == "85114A0D"


def test_digests_do_not_depend_on_how_the_bytes_are_cut() -> None:
    content = PatternBlob("cut", 3 * 1024 * 1024 + 17).read()
    small = [content[at : at + 5] for at in range(0, 40, 5)] + [content[40:]]
    assert digest(small, len(content)) == digest([content], len(content))


def test_every_safetensors_file_parses(catalogue: Catalogue) -> None:
    parsed = 0
    for _, file in catalogue.files():
        if not file.name.endswith(".safetensors") or file.blob.size > 1_000_000 or "not-a-model" in file.blob.key:
            continue
        content = file.blob.read()
        length = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8 : 8 + length])
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        assert max(ends) == len(content) - 8 - length, file.name
        parsed += 1
    assert parsed > 300


def test_the_safetensors_library_reads_them(catalogue: Catalogue) -> None:
    try:
        library = importlib.import_module("safetensors")
    except ImportError:
        pytest.skip("safetensors is not installed here")
    for trap in ("long-autov3", "multi-file", "shared-hash-old", "mislabelled-checkpoint"):
        for file in catalogue.trap(trap).versions[0].files:
            if file.name.endswith(".safetensors"):
                assert library.deserialize(file.blob.read())


def test_kohyas_own_hash_matches_autov3(catalogue: Catalogue) -> None:
    file = catalogue.trap("long-autov3").versions[0].files[0]
    content = file.blob.read()
    length = struct.unpack("<Q", content[:8])[0]
    own = json.loads(content[8 : 8 + length])["__metadata__"]["sshs_model_hash"]
    assert own.upper() == stored_hashes(file)["AutoV3"].upper()


def test_pickles_are_what_they_are_labelled_or_worse(catalogue: Catalogue) -> None:
    def calls(trap: str) -> bool:
        content = catalogue.trap(trap).versions[0].files[0].blob.read()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pickled = archive.read("archive/data.pkl")
        return any(code.name == "REDUCE" for code, _, _ in pickletools.genops(pickled))

    assert calls("pickle-danger")
    assert calls("pickle-hidden")
    assert not calls("pickle-clean")
    assert catalogue.trap("pickle-hidden").versions[0].files[0].pickle_scan == "Success"
    assert catalogue.trap("pickle-danger").versions[0].files[0].pickle_scan == "Danger"


def test_picklescan_agrees(catalogue: Catalogue) -> None:
    try:
        scanner = importlib.import_module("picklescan.scanner")
    except ImportError:
        pytest.skip("picklescan is not installed here")

    def issues(trap: str) -> int:
        content = catalogue.trap(trap).versions[0].files[0].blob.read()
        return int(scanner.scan_bytes(io.BytesIO(content), f"{trap}.pt", ".pt").issues_count)

    assert issues("pickle-hidden") == 1
    assert issues("pickle-clean") == 0


def test_ranges_of_contents_agree_with_the_whole() -> None:
    blob = PatternBlob("ranges", 300_000, head=b"head" * 1000)
    whole = blob.read()
    assert len(whole) == 300_000
    for start, stop in ((0, 10), (3_999, 4_001), (4_000, 200_000), (69_535, 69_537), (299_999, 300_000), (5, 5)):
        assert blob.read(start, stop) == whole[start:stop]
    changed = ChangedBlob(blob, 70_000)
    assert changed.read() == whole[:70_000] + bytes([whole[70_000] ^ 0xFF]) + whole[70_001:]
    assert changed.read(70_000, 70_001) != whole[70_000:70_001]
    assert CutBlob(blob, 1000).read() == whole[:1000]


def test_no_two_blocks_of_a_large_file_are_equal() -> None:
    blob = PatternBlob("blocks", 1 << 20)
    blocks = {blob.read(at, at + (1 << 16)) for at in range(0, 1 << 20, 1 << 16)}
    assert len(blocks) == 16


def test_a_test_can_add_a_model_of_its_own(make_demo: type[DemoCivitai]) -> None:
    catalogue = make_demo().catalogue
    model = catalogue.add("Mine", b"tensor bytes", type_name="VAE", base_model="SDXL 1.0", file_name="mine.safetensors")
    assert catalogue.model(model.id) is model
    found = catalogue.by_hash(hashlib.sha256(b"tensor bytes").hexdigest())
    assert [file.name for _, file in found] == ["mine.safetensors"]
