"""Sets of clips for checking: all clips one after the other in a WAV file of 8-bit µ-law, and a line for each."""
import json
import random
import struct

import numpy as np

from clips import speak
from espeak import Espeak
from features import SAMPLE_RATE
from sentences import part_of, sentence
from voices import MEN, WOMEN, any_manner, any_voice, speaker_of

SECONDS = 175  # of sound in a set: 2.8 MB
LOUDEST = (0.15, 0.9)
MU_LAW = 7  # WAV's number for it


def mu_law(samples):
    """G.711: sign, exponent and four bits, inverted. Samples from -1 to 1."""
    whole = np.clip(np.round(samples * 32768), -32635, 32635).astype(np.int64)
    magnitude = np.abs(whole) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int64) - 7
    mantissa = (magnitude >> (exponent + 3)) & 15
    return (~(np.where(whole < 0, 128, 0) | (exponent << 4) | mantissa) & 255).astype(np.uint8)


def trimmed(samples):
    """Without the silence at both ends, but for a tenth of a second."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[max(0, loud[0] - SAMPLE_RATE // 10):loud[-1] + SAMPLE_RATE // 10]


def write_mu_law(path, samples):
    data = mu_law(samples).tobytes()
    data += b"\xff" * (len(data) % 2)
    head = struct.pack("<HHIIHHH", MU_LAW, 1, SAMPLE_RATE, SAMPLE_RATE, 1, 8, 0)
    fact = struct.pack("<I", len(samples))
    parts = (b"fmt ", head), (b"fact", fact), (b"data", data)
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(part)) + part for name, part in parts)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def make_set(part, seed, folder):
    """Writes heldout.wav and heldout.jsonl; returns the lines. Each sentence is in it once, each in a voice of its own."""
    rng, espeak = random.Random(seed), Espeak()
    lines, sounds, at, seen = [], [], 0, set()
    while at < SECONDS * SAMPLE_RATE:
        words, voice, manner = sentence(rng, part), any_voice(rng, part), any_manner(rng, part)
        spoken = None if tuple(words) in seen else speak(espeak, words, voice, manner)
        if spoken is None:
            continue
        samples = trimmed(spoken[0])
        sounds.append(samples / np.abs(samples).max() * rng.uniform(*LOUDEST))
        lines.append({"text": " ".join(words), "voice": voice, **manner, "start": at, "length": len(samples)})
        seen.add(tuple(words))
        at += len(samples)
    write_mu_law(folder / "heldout.wav", np.concatenate(sounds))
    (folder / "heldout.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return lines


def assert_held_out(lines, trained):
    """trained: all sentences that training hears, as lists of words."""
    known = {" ".join(words) for words in trained}
    speakers = {*WOMEN["train"], *MEN["train"]}
    leaked = [line for line in lines if line["text"] in known or speaker_of(line["voice"]) in speakers]
    if leaked or any(part_of(words) != "train" for words in trained):
        raise AssertionError(f"held-out clips that training knows: {leaked[:3]}")
