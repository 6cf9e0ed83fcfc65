"""The same weights as three GGUF files: f16, q8_0 and q4_0."""
import struct

import numpy as np
from export import metadata, tensors
from gguf import BLOCK, F32, Q8_0, entry, padded, q8_0, text

F16, Q4_0 = 1, 2  # tensor types of GGUF
FILE_TYPE = {"f16": 1, "q8_0": 7, "q4_0": 2}  # general.file_type
NAME = "Local Models Demo Chat Plus"
DESCRIPTION = "A small demo model for the Local Models extension, trained on generated sentences only. Not for real questions."


def q4_0(matrix):
    """Blocks of 32 numbers: one half-precision scale and 32 half bytes from -8 to 7, rounded as llama.cpp does."""
    blocks = matrix.astype(np.float32).reshape(-1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scale = largest / -8
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale != 0)
    quants = np.minimum(15, (blocks * inverse + 8.5).astype(np.int8)).astype(np.uint8)
    packed = quants[:, :BLOCK // 2] | quants[:, BLOCK // 2:] << 4
    return np.concatenate([scale.astype("<f2").view(np.uint8), packed], axis=1).tobytes()


def stored(name, array, variant):
    """(tensor type, bytes). The embedding is also the output matrix, which llama.cpp keeps at 8 bits in its q4_0 files."""
    if array.ndim == 1:
        return F32, array.astype("<f4").tobytes()
    if variant == "f16":
        return F16, array.astype("<f2").tobytes()
    if array.shape[1] % BLOCK:
        raise ValueError(f"{name}: rows of {array.shape[1]} are not a multiple of {BLOCK}")
    if variant == "q4_0" and name != "token_embd.weight":
        return Q4_0, q4_0(array)
    return Q8_0, q8_0(array)


def own_metadata(shape, tokenizer, parameters, variant):
    own = {"general.name": NAME, "general.description": DESCRIPTION, "general.file_type": FILE_TYPE[variant]}
    return [(key, kind, own.get(key, value)) for key, kind, value in metadata(shape, tokenizer, parameters)]


def write_gguf(model, tokenizer, variant, path):
    parameters = sum(p.numel() for p in model.parameters())
    table, blobs, offset = b"", [], 0
    for name, weight in tensors(model):
        array = weight.detach().numpy()
        kind, data = stored(name, array, variant)
        sizes = array.shape[::-1]  # GGUF counts the fastest dimension first
        table += text(name) + struct.pack("<I", len(sizes)) + struct.pack(f"<{len(sizes)}Q", *sizes) + struct.pack("<IQ", kind, offset)
        blobs.append(padded(data))
        offset += len(blobs[-1])
    about = own_metadata(model.shape, tokenizer, parameters, variant)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(blobs), len(about)) + b"".join(entry(*item) for item in about) + table
    path.write_bytes(padded(head) + b"".join(blobs))
    return path.stat().st_size
