"""What training hears: clips made faster, slower, higher, lower, duller, noisier and cut, somewhere in a window of silence."""
from dataclasses import dataclass

import numpy as np
import torch

from clips import LOWEST, STEP
from features import BANDS, WINDOW_FRAMES
from model import END, PREFIX, STRIDE

SILENT_SHARE, CUT_SHARE, NOISE_SHARE = 0.02, 0.12, 0.6
PAIR_SHARE = 0.4  # of the whole windows have two clips, or what there is room for
MOST_GAP = 60  # frames between them
KNOWN_PART = 0.6  # of a word that must be left of it, to be written
DIGITAL_SILENCE = -10.0


@dataclass
class Batch:
    features: torch.Tensor  # batch × bands × frames
    ids: torch.Tensor  # batch × tokens: the prefix, the words
    targets: torch.Tensor  # the words, the end; -1 for what is not learned
    sounds: torch.Tensor  # batch × positions: which sound, 0 for none
    words: torch.Tensor  # batch × positions: which word + 1, 0 for none
    spans: torch.Tensor  # batch × words × positions: where each word is


def warped(rng, logs, labels):
    """Another speed, another length of the throat, another microphone."""
    speed, throat = rng.uniform(0.85, 1.18), rng.uniform(0.92, 1.09)
    at = np.arange(int(len(logs) * speed)) / speed
    before = np.minimum(at.astype(int), len(logs) - 2)
    share = (at - before)[:, None].astype(np.float32)
    logs = logs[before] * (1 - share) + logs[before + 1] * share
    bands = np.clip(np.arange(BANDS) * throat + rng.uniform(-0.6, 0.6), 0, BANDS - 1.001)
    below = bands.astype(int)
    share = (bands - below).astype(np.float32)
    logs = logs[:, below] * (1 - share) + logs[:, below + 1] * share
    curve = rng.uniform(-0.7, 0.7) * np.linspace(-1, 1, BANDS) + rng.uniform(0, 0.35) * np.sin(
        np.arange(BANDS) * rng.uniform(0.1, 0.5) + rng.uniform(0, 6.3))
    return logs + curve.astype(np.float32), [label[np.minimum(np.round(at).astype(int), len(label) - 1)] for label in labels]


def with_noise(rng, logs, loudness):
    """Hiss or hum of any colour, 5 to 45 dB below the speech."""
    level = loudness - rng.uniform(0.5, 4.5) + rng.uniform(-1, 1) * np.linspace(-1, 1, BANDS)
    first, second = (rng.standard_exponential(logs.shape, dtype=np.float32) for _ in range(2))
    return np.log10(10 ** logs + 10 ** level * (first + second) / 2)


def piece(rng, clips, i):
    """(logs, places, sounds, words) of one clip, changed"""
    edges = slice(clips.edges[i], clips.edges[i + 1])
    logs, labels = warped(rng, clips.logs[edges].astype(np.float32) * STEP + LOWEST, (clips.places[edges], clips.sounds[edges]))
    return logs, labels[0].astype(np.int64), labels[1].astype(np.int64), clips.word_numbers(i)


def joined(rng, first, second):
    """One clip after the other, as in a longer recording."""
    gap = int(rng.integers(0, MOST_GAP))
    places = np.where(second[1] > 0, second[1] + len(first[3]), 0)
    between = np.full((gap, BANDS), LOWEST, dtype=np.float32), np.zeros(gap, dtype=np.int64)
    return (np.concatenate([first[0], between[0], second[0]]), np.concatenate([first[1], between[1], places]),
            np.concatenate([first[2], between[1], second[2]]), np.concatenate([first[3], second[3]]))


def cut(rng, clip, frames):
    """A part of a clip, as where a long recording is cut into windows. Words of which too little is left are not to be written."""
    logs, places, sounds, words = clip
    length = min(frames, int(len(logs) * rng.uniform(0.6, 1)))
    first = int(rng.integers(0, len(logs) - length + 1))
    whole, left = np.bincount(places, minlength=len(words) + 1), np.bincount(places[first:first + length], minlength=len(words) + 1)
    kept = [place for place in range(1, len(words) + 1) if left[place] >= KNOWN_PART * whole[place]]
    renumbered = np.zeros(len(words) + 1, dtype=np.int64)
    renumbered[kept] = np.arange(1, len(kept) + 1)
    return logs[first:first + length], renumbered[places[first:first + length]], sounds[first:first + length], words[[k - 1 for k in kept]]


def one(rng, clips, i, partner, frames):
    """(logs, places, sounds, words) of one window; partner: a clip that is said after this one, or None"""
    clip = piece(rng, clips, i)
    if partner is not None:
        clip = joined(rng, clip, piece(rng, clips, partner))
    if len(clip[0]) > frames or (len(clip[3]) > 3 and rng.random() < CUT_SHARE):
        clip = cut(rng, clip, frames)
    logs, places, sounds, words = clip
    window = np.full((frames, BANDS), DIGITAL_SILENCE, dtype=np.float32)
    window_places, window_sounds = np.zeros((2, frames), dtype=np.int64)
    start = int(rng.integers(0, frames - len(logs) + 1))
    end = start + len(logs)
    loudness = np.log10(np.mean(10 ** logs))
    if rng.random() < SILENT_SHARE:
        words = words[:0]
    else:
        window[start:end], window_places[start:end], window_sounds[start:end] = logs, places, sounds
    if rng.random() < NOISE_SHARE:
        first, last = int(rng.integers(0, start + 1)), int(rng.integers(end, frames + 1))
        window[first:last] = with_noise(rng, window[first:last], loudness)
    window += rng.uniform(-2.0, 0.4)  # how loud the recording is
    return np.maximum(window, DIGITAL_SILENCE), window_places, window_sounds, words


def masked(rng, features):
    """SpecAugment: some bands and some moments are missing."""
    for row in features:
        lowest = row.min()
        if rng.random() < 0.5:
            band = int(rng.integers(0, BANDS - 6))
            row[:, band:band + int(rng.integers(1, 7))] = lowest
        for _ in range(int(rng.integers(0, 3))):
            moment = int(rng.integers(0, len(row) - 8))
            row[moment:moment + int(rng.integers(2, 9))] = lowest
    return features


def assemble(rows, frames, rng=None):
    """rows: (logs, places, sounds, words) of windows that are `frames` long."""
    logs, places, sounds, words = zip(*rows)
    logs = np.stack(logs)
    features = (np.maximum(logs, logs.max(axis=(1, 2), keepdims=True) - 8) + 4) / 4
    if rng is not None:
        features = masked(rng, features)
    most = max(map(len, words))
    ids = np.full((len(rows), len(PREFIX) + most), END, dtype=np.int64)
    targets = np.full((len(rows), most + 1), -1, dtype=np.int64)
    for i, row in enumerate(words):
        ids[i, :len(PREFIX)], ids[i, len(PREFIX):len(PREFIX) + len(row)] = PREFIX, row
        targets[i, :len(row)], targets[i, len(row)] = row, END
    places = np.stack(places)[:, STRIDE // 2::STRIDE]
    spans = places[:, None] == np.arange(1, most + 1)[None, :, None]
    table = np.zeros((len(rows), most + 1), dtype=np.int64)
    for i, row in enumerate(words):
        table[i, 1:len(row) + 1] = row + 1
    return Batch(torch.from_numpy(np.ascontiguousarray(features.transpose(0, 2, 1), dtype=np.float32)), torch.from_numpy(ids),
                 torch.from_numpy(targets), torch.from_numpy(np.stack(sounds)[:, STRIDE // 2::STRIDE].astype(np.int64)),
                 torch.from_numpy(np.take_along_axis(table, places, 1)), torch.from_numpy(spans))


def window_length(clips, chosen, whole):
    """Frames: the whole five seconds, or what the longest of these clips needs when slowed down."""
    if whole:
        return WINDOW_FRAMES
    longest = max(clips.frames(i) for i in chosen) * 1.12 + 12
    return min(WINDOW_FRAMES, int(longest) // STRIDE * STRIDE)


def batch(seed, clips, chosen, whole):
    rng = np.random.default_rng(seed)
    frames = window_length(clips, chosen, whole)
    partners = [int(rng.integers(0, len(clips))) if whole and rng.random() < PAIR_SHARE else None for _ in chosen]
    return assemble([one(rng, clips, i, partner, frames) for i, partner in zip(chosen, partners)], frames, rng)


def plain_batch(clips, chosen):
    """As the library would hand it over: unchanged, at the start of a whole window."""
    rows = []
    for i in chosen:
        logs = clips.logs[clips.edges[i]:clips.edges[i + 1]].astype(np.float32) * STEP + LOWEST
        window = np.full((WINDOW_FRAMES, BANDS), DIGITAL_SILENCE, dtype=np.float32)
        window[:len(logs)] = logs
        nothing = np.zeros(WINDOW_FRAMES, dtype=np.int64)
        rows.append((window, nothing, nothing, clips.word_numbers(i)))
    return assemble(rows, WINDOW_FRAMES)
