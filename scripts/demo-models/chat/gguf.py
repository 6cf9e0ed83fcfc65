"""Writes GGUF version 3: header, metadata, tensor table, then the tensors as q8_0 (matrices) or f32 (norms)."""
import struct

import numpy as np

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
F32, Q8_0 = 0, 8
ALIGNMENT = 32
BLOCK = 32


def text(value):
    data = value.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def scalar(kind, value):
    if kind == STRING:
        return text(value)
    return struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}[kind], value)


def entry(key, kind, value):
    """kind is one of the constants, or (ARRAY, element kind)."""
    if isinstance(kind, tuple):
        body = b"".join(scalar(kind[1], item) for item in value)
        return text(key) + struct.pack("<IIQ", ARRAY, kind[1], len(value)) + body
    return text(key) + struct.pack("<I", kind) + scalar(kind, value)


def q8_0(matrix):
    """Blocks of 32 numbers: one half-precision scale and 32 signed bytes, rounded as llama.cpp does."""
    blocks = matrix.astype(np.float32).reshape(-1, BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse
    quants = (np.sign(scaled) * np.floor(np.abs(scaled) + 0.5)).astype(np.int8)
    return np.concatenate([scale.astype("<f2").view(np.uint8), quants.view(np.uint8)], axis=1).tobytes()


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def write(path, metadata, tensors):
    """metadata: list of (key, kind, value); tensors: list of (name, float array)."""
    table, blobs, offset = b"", [], 0
    for name, array in tensors:
        kind = Q8_0 if array.ndim == 2 else F32
        if kind == Q8_0 and array.shape[1] % BLOCK:
            raise ValueError(f"{name}: rows of {array.shape[1]} are not a multiple of {BLOCK}")
        data = padded(q8_0(array) if kind == Q8_0 else array.astype("<f4").tobytes())
        sizes = array.shape[::-1]  # GGUF counts the fastest dimension first
        table += text(name) + struct.pack("<I", len(sizes)) + struct.pack(f"<{len(sizes)}Q", *sizes)
        table += struct.pack("<IQ", kind, offset)
        offset += len(data)
        blobs.append(data)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(entry(*item) for item in metadata) + table
    path.write_bytes(padded(head) + b"".join(blobs))
