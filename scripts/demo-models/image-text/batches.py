"""What training sees: pictures of scenes, two captions each, and which caption fits which picture."""
import random
from dataclasses import replace

import numpy as np
import torch
from PIL import Image

from captions import any_caption
from draw import draw_with_boxes
from scenes import COLOR_NAMES, COUNTS, PLACES, any_thing, part_of, random_scene
from things import KINDS

SCENES = 192
SIBLING_SHARE = 0.4  # of the scenes differ from the one before in one point
NOISE_SHARE, JUNK_SHARE = 0.05, 0.05


def sibling(rng, scene):
    """A scene that is easily taken for this one."""
    for _ in range(50):
        kind = rng.randrange(3)
        other = scene
        if kind == 0:
            other = replace(scene, place=rng.choice(PLACES))
        elif scene.layout == "many" and kind == 1:
            other = replace(scene, count=rng.choice(COUNTS))
        elif scene.layout == "pair" and kind == 1:
            (first, color), (second, other_color) = scene.things
            swapped = ((first, other_color), (second, color))
            other = replace(scene, things=swapped if rng.random() < 0.5 else scene.things[::-1])
        elif kind == 2:
            things = list(scene.things)
            at, new = rng.randrange(len(things)), any_thing(rng)
            things[at] = (new[0], things[at][1]) if rng.random() < 0.5 else (things[at][0], new[1])
            other = replace(scene, things=tuple(things))
        if other != scene and len(set(other.things)) == len(other.things) and part_of(other) == "train":
            return other
    return random_scene(rng, "train")


def train_scenes(rng, count):
    scenes = []
    while len(scenes) < count:
        scenes.append(sibling(rng, scenes[-1]) if scenes and rng.random() < SIBLING_SHARE else random_scene(rng, "train"))
    return scenes


def pixels(image, side):
    """As preprocessor_config.json says: the whole picture, squeezed into a square."""
    values = np.asarray(image.convert("RGB").resize((side, side), Image.LANCZOS), dtype=np.float32)
    return values.transpose(2, 0, 1) / 127.5 - 1


def patch_names(boxes, across):
    """Which kind and which colour covers each patch, 0 for none: across × across numbers each."""
    kinds, colors = np.zeros((across, across), dtype=np.int64), np.zeros((across, across), dtype=np.int64)
    for (kind, color), (left, top, right, bottom) in boxes:
        columns = [i for i in range(across) if left <= (i + 0.5) / across <= right] or [int((left + right) / 2 * across)]
        rows = [i for i in range(across) if top <= (i + 0.5) / across <= bottom] or [int((top + bottom) / 2 * across)]
        kinds[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1] = 1 + KINDS.index(kind)
        colors[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1] = 1 + COLOR_NAMES.index(color)
    return kinds.ravel(), colors.ravel()


def picture(rng, scene, shape):
    """A picture for training, of some size and shape, a little brighter or darker, with some noise; and what its patches show."""
    image, boxes = draw_with_boxes(scene, (rng.randint(80, 190), rng.randint(80, 190)), rng)
    values = pixels(image, shape.image)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(0, 0.05), values.shape).astype(np.float32)
    return values * rng.uniform(0.85, 1.1) + rng.uniform(-0.06, 0.06) + noise, *patch_names(boxes, shape.image // shape.patch)


def untidy(rng, text):
    """Now and then a typing slip or a word that means nothing."""
    if rng.random() < NOISE_SHARE:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(("", "e", "s", text[at:at + 1] * 2)) + text[at + 1:]
    if rng.random() < JUNK_SHARE:
        words = text.split(" ")
        junk = "".join(rng.choice("abcdefghiklmnoprstuvwy") for _ in range(rng.randint(2, 8)))
        words.insert(rng.randrange(len(words) + 1), junk)
        text = " ".join(words)
    return text if text.strip() else "picture"


def padded(tokenizer, texts, positions):
    rows = [tokenizer.encode(text) for text in texts]
    rows = [row if len(row) <= positions else [*row[:positions - 1], tokenizer.end] for row in rows]
    ids = torch.full((len(rows), max(map(len, rows))), tokenizer.end, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
    return ids


def fits(captions, scenes):
    """captions × scenes: 1 where a scene has all the facts."""
    facts = [scene.facts() for scene in scenes]
    return torch.tensor([[wanted <= have for have in facts] for wanted, _ in captions], dtype=torch.float32)


def batch(seed, tokenizer, shape, count=SCENES):
    """(scenes, pictures, kinds and colours on their patches, token numbers of two captions per scene, which fit)"""
    rng = random.Random(seed)
    scenes = train_scenes(rng, count)
    captions = [any_caption(rng, scene) for scene in scenes * 2]
    ids = padded(tokenizer, [untidy(rng, text) for _, text in captions], shape.positions)
    images, kinds, colors = (torch.from_numpy(np.stack(part)) for part in zip(*(picture(rng, scene, shape) for scene in scenes)))
    return scenes, images, (kinds, colors), ids, fits(captions, scenes)
