"""What training sees: batches of paraphrase pairs, many of them hard to tell apart, and passages of several sentences."""
import random

import torch

from corpus import FRAMES, TOPICS, pair, plain, random_meaning
from loosen import loosen
from wordpiece import MASK

PAIRS = 192  # in a batch of single sentences
NEAR = 4  # meanings next to each other that differ in one slot
PASSAGE_SHARE = 0.15
PASSAGE_SIZES = ((2, 64), (3, 56), (4, 40), (6, 28), (8, 20), (12, 14), (16, 10))  # (sentences, pairs in a batch)
LOOSE_SHARE, TYPO_SHARE, SPLIT_SHARE, MASK_SHARE = 0.35, 0.08, 0.04, 0.03


def meanings(rng, count, part="train"):
    found = []
    while len(found) < count:
        base = random_meaning(rng, part)
        for _ in range(NEAR):
            if base not in found and len(found) < count:
                found.append(base)
            base = random_meaning(rng, part, near=base)
    return found


def slip(rng, text):
    """One typing slip."""
    at = rng.randrange(1, max(2, len(text) - 1))
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1:]
    if kind == 1:
        return text[:at] + text[at:at + 2][::-1] + text[at + 2:]
    return text[:at] + rng.choice("aeinrst") + text[at:]


def passage_pair(rng, meaning, sentences):
    """A sentence or short passage, and a longer one that says the same and more about the topic."""
    topic = FRAMES[meaning[0]].topic
    others = [i for i, frame in enumerate(FRAMES) if frame.topic == topic]
    both = [pair(rng, meaning)]
    for _ in range(sentences - 1):
        both.append(pair(rng, random_meaning(rng, "train", frame=rng.choice(others))))
    asked = rng.choice((1, 1, 2, sentences))
    query = [a for a, _ in both[:asked]]
    passage = [b for _, b in both]
    rng.shuffle(query)
    rng.shuffle(passage)
    return ". ".join(query), ". ".join(passage)


def text_batches(seed, count):
    """Yields (first texts, second texts, topic numbers), the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        sentences, size = rng.choice(PASSAGE_SIZES) if rng.random() < PASSAGE_SHARE else (1, PAIRS)
        chosen = meanings(rng, size)
        pairs = [pair(rng, m) if sentences == 1 else passage_pair(rng, m, sentences) for m in chosen]
        yield [a for a, _ in pairs], [b for _, b in pairs], [TOPICS.index(FRAMES[m[0]].topic) for m in chosen]


def trained_texts(seed, count):
    """Every sentence of those batches, as texts are compared."""
    return {plain(text) for first, second, _ in text_batches(seed, count) for side in (first, second) for whole in side
            for text in [whole, *whole.split(". ")]}


def encode(tokenizer, texts, positions, rng=None):
    """Token numbers, padded. With rng: looser sentences, typing slips, other cuts and hidden pieces, for sturdiness."""
    rows = []
    for text in texts:
        if rng and rng.random() < LOOSE_SHARE:
            text = loosen(rng, text)
        if rng and rng.random() < TYPO_SHARE:
            text = slip(rng, text)
        row = tokenizer.encode(text, rng, SPLIT_SHARE)[:positions]
        if rng:
            row = [MASK if 0 < i < len(row) - 1 and rng.random() < MASK_SHARE else token for i, token in enumerate(row)]
        rows.append(row)
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
    return ids
