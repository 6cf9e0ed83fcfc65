"""What training sees: pictures of scenes, what each patch shows, and the caption of each."""
import math
import random

import numpy as np
import torch
from batches import patch_names, pixels  # in ../image-text
from caption import canonical
from draw import draw_with_boxes
from scenes import random_scene
from tokens import END, padded

PICTURES = 128
SWAPPED_SHARE = 0.06  # of the words read


def lesson_scenes(seed):
    rng = random.Random(seed)
    return [random_scene(rng, "train") for _ in range(PICTURES)]


def picture(rng, scene, shape):
    """From long to upright and from tiny to middling, a little brighter or darker, with some noise; and what its patches show."""
    side, stretch = math.exp(rng.uniform(math.log(90), math.log(300))), math.exp(rng.uniform(-0.3, 0.3))
    image, boxes = draw_with_boxes(scene, (round(side * stretch), round(side / stretch)), rng)
    values = pixels(image, shape.image)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(0, 0.04), values.shape).astype(np.float32)
    return values * rng.uniform(0.9, 1.08) + rng.uniform(-0.05, 0.05) + noise, *patch_names(boxes, shape.image // shape.patch)


def swapped(read, generator):
    """Some words come from another caption, so that the decoder looks at the picture instead of guessing from the words before."""
    others = read[torch.randperm(len(read), generator=generator)]
    swap = (torch.rand(read.shape, generator=generator) < SWAPPED_SHARE) & (read != END) & (others != END)
    return torch.where(swap, others, read)


def lesson(seed, tokenizer, shape):
    """(pictures, (kinds, colours) on their patches, tokens read, tokens to answer)"""
    scenes, rng = lesson_scenes(seed), random.Random(f"picture {seed}")
    read, answer = padded(tokenizer, [canonical(scene) for scene in scenes])
    images, kinds, colors = (torch.from_numpy(np.stack(part)) for part in zip(*(picture(rng, scene, shape) for scene in scenes)))
    return images, (kinds, colors), swapped(read, torch.Generator().manual_seed(seed)), answer
