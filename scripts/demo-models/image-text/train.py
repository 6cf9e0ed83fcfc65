"""Training: every caption must find the pictures it fits, every picture its captions; beside it, the picture tower names what it sees.

Naming what is on each patch is what makes it quick: without it the same training ends at 87 % where it now ends at RESULT.
"""
import math
import time

import torch
import torch.nn.functional as F
from torch import nn

from batches import batch, padded
from model import Clip
from muon import Muon  # in ../chat
from scenes import COLOR_NAMES, PLACES
from things import KINDS

AUXILIARY, PATCHES = 0.3, 0.5
EMPTY_WEIGHT = 0.15  # of patches that show no thing
PEAK, WARM_UP = 4e-3, 60
HIGHEST_SCALE = math.log(50.0)


class Names(nn.Module):
    """What the picture tower's state must tell by itself: place, how many things, their kinds and colours. Not part of the model."""

    def __init__(self, width):
        super().__init__()
        self.place, self.count = nn.Linear(width, len(PLACES)), nn.Linear(width, 6)
        self.kinds, self.colors = nn.Linear(width, len(KINDS)), nn.Linear(width, len(COLOR_NAMES))
        self.patch_kinds, self.patch_colors = nn.Linear(width // 2, len(KINDS) + 1), nn.Linear(width // 2, len(COLOR_NAMES) + 1)

    def patch_loss(self, hidden, patches):
        total = 0
        for head, names in zip((self.patch_kinds, self.patch_colors), patches):
            weight = torch.ones(head.out_features)
            weight[0] = EMPTY_WEIGHT
            total = total + F.cross_entropy(head(hidden[:, 1:]).flatten(0, 1), names.flatten(), weight)
        return total

    def loss(self, pooled, scenes):
        def present(names, values):
            return torch.tensor([[float(name in found) for name in names] for found in values])
        places = torch.tensor([PLACES.index(scene.place) for scene in scenes])
        counts = torch.tensor([scene.count if scene.layout != "pair" else 2 for scene in scenes])
        kinds = present(KINDS, [{kind for kind, _ in scene.things} for scene in scenes])
        colors = present(COLOR_NAMES, [{color for _, color in scene.things} for scene in scenes])
        return (F.cross_entropy(self.place(pooled), places) + F.cross_entropy(self.count(pooled), counts)
                + 10 * F.binary_cross_entropy_with_logits(self.kinds(pooled), kinds)
                + 10 * F.binary_cross_entropy_with_logits(self.colors(pooled), colors))


def learning_rate(step, steps):
    if step < WARM_UP:
        return PEAK * (step + 1) / WARM_UP
    return PEAK * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))))


def optimizers_for(model, names):
    """(optimizer, share of the learning rate): Muon for the matrices of both towers, AdamW for all else."""
    towers = [*model.text.layers.named_parameters(), *model.image.layers.named_parameters()]
    matrices = [p for _, p in towers if p.dim() == 2]
    chosen = {id(p) for p in matrices}
    others = [p for p in [*model.parameters(), *names.parameters()] if id(p) not in chosen]
    return [(Muon([(p, [p.shape[0]]) for p in matrices]), 1.0), (torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.02), 0.6)]


def contrast(scores, fit):
    """scores and fit: captions × pictures. The right ones share the probability equally."""
    def one_way(logits, right):
        right = right / right.sum(1, keepdim=True).clamp(min=1)
        return -(right * logits.log_softmax(1)).sum(1).mean()
    return one_way(scores, fit) + one_way(scores.T, fit.T)


def vectors(model, tokenizer, texts, images):
    model.eval()
    with torch.no_grad():
        text = torch.cat([model.text(padded(tokenizer, texts[i:i + 100], model.shape.positions)) for i in range(0, len(texts), 100)])
        image = torch.cat([model.image(images[i:i + 100]) for i in range(0, len(images), 100)])
    model.train()
    return F.normalize(text, dim=1), F.normalize(image, dim=1)


def top1(model, tokenizer, texts, images):
    text, image = vectors(model, tokenizer, texts, images)
    return ((text @ image.T).argmax(1) == torch.arange(len(texts))).float().mean().item()


def train(shape, tokenizer, validation, seed, steps, checkpoint):
    """validation: (captions, pictures), one caption per picture."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    model, names = Clip(shape), Names(2 * shape.image_width)
    parameters = [*model.parameters(), *names.parameters()]
    optimizers = optimizers_for(model, names)
    started, average = time.process_time(), None
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {steps:,} steps", flush=True)
    for step in range(steps):
        scenes, images, patches, ids, fit = batch(seed * 1_000_000 + step, tokenizer, shape)
        for optimizer, factor in optimizers:
            optimizer.param_groups[0]["lr"] = factor * learning_rate(step, steps)
        hidden = model.image.hidden(images)
        pooled = model.image.pooled(hidden)
        image = F.normalize(model.image.visual_projection(pooled), dim=1)
        text = F.normalize(model.text(ids), dim=1)
        loss = contrast(model.logit_scale.exp() * text @ image.T, fit)
        average = loss.item() if average is None else 0.97 * average + 0.03 * loss.item()
        loss = loss + AUXILIARY * names.loss(pooled, scenes) + PATCHES * names.patch_loss(hidden, patches)
        for optimizer, _ in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(max=HIGHEST_SCALE)
        if step % 25 == 24 or step == steps - 1:
            print(f"step {step + 1} loss {average:.3f} scale {model.logit_scale.exp().item():.1f} "
                  f"cpu {time.process_time() - started:.0f} s", flush=True)
        if step % 100 == 99 or step == steps - 1:
            print(f"step {step + 1} validation top-1 {100 * top1(model, tokenizer, *validation):.1f} %", flush=True)
            torch.save(model.state_dict(), checkpoint)
    return model, time.process_time() - started
