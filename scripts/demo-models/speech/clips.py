"""Spoken sentences for training, kept as mel power with the time of every word and sound."""
import random
import re

import numpy as np

from espeak import OUTPUT_RATE, Espeak
from features import HOP, SAMPLE_RATE, SECONDS, mel_power, resample
from sentences import WORDS, loose_words, sentence
from voices import any_manner, any_voice

LONGEST_SECONDS = SECONDS - 0.2
FRAMES_PER_SECOND = SAMPLE_RATE // HOP
WORD_NUMBERS = {word: i for i, word in enumerate(WORDS)}
PAUSE = "_"  # and what begins so, among espeak-ng's sounds
LOWEST, STEP = -6.0, 0.04  # of log10 power, as kept in one byte


def speak(espeak, words, voice, manner):
    """(samples at 16 kHz, start of each word, end of the last, sounds), or None where espeak-ng runs words together or is too slow."""
    text = " ".join(words)
    samples, found, sounds = espeak.say(text, voice, **manner)
    places = [match.start() for match in re.finditer(r"\S+", text)]
    if any(place not in found for place in places) or len(samples) > LONGEST_SECONDS * OUTPUT_RATE:
        return None
    starts = [found[place] for place in places]
    last_sound = max(start for start, name in sounds if not name.startswith(PAUSE))
    end = next((start for start, _ in sounds if start > last_sound), len(samples) / OUTPUT_RATE)
    return resample(samples, OUTPUT_RATE), starts, end, sounds


def per_frame(starts, values, end, frames, nothing):
    """The value that holds at each frame."""
    edges = np.round(np.array([*starts, end]) * FRAMES_PER_SECOND).astype(int)
    labels = np.full(frames, nothing, dtype=np.uint8)
    for first, last, value in zip(edges, edges[1:], values):
        labels[first:last] = value
    return labels


def pack(power):
    return np.clip(np.round((np.log10(power) - LOWEST) / STEP), 0, 255).astype(np.uint8)


class Clips:
    """Clips one after the other: logs of power, frames × bands; for each frame the word's place in the clip, from 1, and the sound."""

    def __init__(self, arrays):
        self.logs, self.places, self.sounds = arrays["logs"], arrays["places"], arrays["sounds"]
        self.edges, self.word_edges, self.words = arrays["edges"], arrays["word_edges"], arrays["words"]
        self.sound_names = list(arrays["sound_names"])

    def __len__(self):
        return len(self.edges) - 1

    def word_numbers(self, i):
        return self.words[self.word_edges[i]:self.word_edges[i + 1]]

    def frames(self, i):
        return self.edges[i + 1] - self.edges[i]

    @classmethod
    def load(cls, path):
        with np.load(path, allow_pickle=False) as arrays:
            return cls({name: arrays[name] for name in arrays})


def make_clips(part, count, seed, path, loose_share=0.0, single_share=0.0, sound_names=None):
    """Speaks and keeps `count` clips; returns the sentences. sound_names: as in training, so that numbers are the same."""
    rng, espeak = random.Random(seed), Espeak()
    kept, sentences = [], []
    while len(kept) < count:
        draw = rng.random()
        if draw < single_share + loose_share:
            words = loose_words(rng, 2 if draw < single_share else 6)
        else:
            words = sentence(rng, part)
        spoken = speak(espeak, words, any_voice(rng, part), any_manner(rng, part))
        if spoken is None:
            continue
        samples, starts, end, sounds = spoken
        logs = pack(mel_power(samples))
        places = per_frame(starts, range(1, len(words) + 1), end, len(logs), 0)
        kept.append((logs, places, sounds, end))
        sentences.append(words)
    names = sound_names or ["", *sorted({name for *_, sounds, _ in kept for _, name in sounds if not name.startswith(PAUSE)})]
    numbers = {name: i for i, name in enumerate(names)}
    sound_rows = [per_frame([start for start, _ in sounds], [numbers.get(name, 0) for _, name in sounds], end, len(logs), 0)
                  for logs, _, sounds, end in kept]
    lengths, word_counts = [len(logs) for logs, *_ in kept], [len(words) for words in sentences]
    np.savez(path, logs=np.concatenate([logs for logs, *_ in kept]), places=np.concatenate([places for _, places, *_ in kept]),
             sounds=np.concatenate(sound_rows), edges=np.cumsum([0, *lengths]), word_edges=np.cumsum([0, *word_counts]),
             words=np.array([WORD_NUMBERS[word] for words in sentences for word in words]), sound_names=np.array(names))
    return sentences
