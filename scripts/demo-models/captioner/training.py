"""The training loop: first the decoder alone, then all of it. Beside the words, every patch must name what it shows.

The picture tower was trained with the patches' names too; going on with them is meant to keep small things apart.
"""
import math
import time

import torch
import torch.nn.functional as F
from captioner import WIDTH, Captioner
from lessons import PICTURES, lesson
from muon import Muon  # in ../chat
from tokens import END, IGNORED
from train import Names  # in ../image-text

PATCHES = 0.5
PEAK, WARM_UP = 4e-3, 50
FROZEN, THAWING = 100, 100  # steps with the tower unchanged, and steps until it learns at its full rate
TOWER_SHARE, OTHERS_SHARE = 0.4, 0.6  # of the learning rate
EVERY = 100  # steps between looks at the validation set


def learning_rate(step, steps):
    if step < WARM_UP:
        return PEAK * (step + 1) / WARM_UP
    return PEAK * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))))


def optimizers_for(model, names):
    """(optimizer, is for the tower, share of the learning rate): Muon for the matrices inside layers, AdamW for all else."""
    def pair(inside, module, share, extra=()):
        matrices = [p for p in inside.parameters() if p.dim() == 2]
        chosen = {id(p) for p in matrices}
        others = [p for p in [*module.parameters(), *extra] if id(p) not in chosen]
        return ((Muon([(p, [p.shape[0]]) for p in matrices]), share),
                (torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.02), share * OTHERS_SHARE))
    tower = [(optimizer, True, share) for optimizer, share in pair(model.encoder.layers, model.encoder, TOWER_SHARE)]
    return tower + [(optimizer, False, share) for optimizer, share in pair(model.decoder.h, model.decoder, 1.0, names.parameters())]


def captions_for(model, tokenizer, images):
    captions = []
    for i in range(0, len(images), 100):
        for row in model.answers(images[i:i + 100]).tolist():
            captions.append(tokenizer.decode(row[:row.index(END)] if END in row else row))
    return captions


def right_share(model, tokenizer, captions, images):
    return sum(a == b for a, b in zip(captions_for(model, tokenizer, images), captions)) / len(captions)


def train(shape, tokenizer, clip_state, validation, seed, steps, checkpoint, resume=False):
    """validation: (captions, pictures). Goes on from the checkpoint if told to. Returns the model and CPU-seconds."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    model, names = Captioner(shape, len(tokenizer.tokens)), Names(2 * WIDTH)
    model.load_tower(clip_state)
    optimizers, first, before = optimizers_for(model, names), 0, 0.0
    if resume:
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        names.load_state_dict(saved["names"])
        for (optimizer, _, _), state in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        first, before = saved["step"], saved["cpu_seconds"]
    started, averages = time.process_time(), None
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, steps {first:,} to {steps:,}", flush=True)
    for step in range(first, steps):
        images, patches, read, answer = lesson(seed * 1_000_000 + step, tokenizer, shape)
        model.encoder.stem.eval()  # batch norm keeps the statistics it has
        frozen, rate = step < FROZEN, learning_rate(step, steps)
        for optimizer, is_tower, share in optimizers:
            thawed = min(1.0, (step - FROZEN) / THAWING) if is_tower else 1.0
            optimizer.param_groups[0]["lr"] = share * rate * max(0.0, thawed)
        with torch.set_grad_enabled(not frozen):
            hidden = model.encoder.hidden(images)
        scores, _ = model.decoder(read, hidden)
        words = F.cross_entropy(scores.flatten(0, 1), answer.flatten(), ignore_index=IGNORED, reduction="sum") / PICTURES
        seen = names.patch_loss(hidden, patches)
        now = torch.tensor([words.item(), seen.item()])
        averages = now if averages is None else 0.95 * averages + 0.05 * now
        for optimizer, _, _ in optimizers:
            optimizer.zero_grad(set_to_none=True)
        (words + PATCHES * seen).backward()
        torch.nn.utils.clip_grad_norm_([*model.parameters(), *names.parameters()], 1.0)
        for optimizer, is_tower, _ in optimizers:
            if not (frozen and is_tower):
                optimizer.step()
        if step % 20 == 19:
            print(f"step {step + 1} caption loss {averages[0]:.3f} patches {averages[1]:.3f} "
                  f"cpu {before + time.process_time() - started:.0f} s", flush=True)
        if step % EVERY == EVERY - 1 or step == steps - 1:
            print(f"step {step + 1} validation {100 * right_share(model, tokenizer, *validation):.1f} % fully right", flush=True)
            torch.save({"model": model.state_dict(), "names": names.state_dict(), "step": step + 1,
                        "optimizers": [optimizer.state_dict() for optimizer, _, _ in optimizers],
                        "cpu_seconds": before + time.process_time() - started}, checkpoint)
    return model, before + time.process_time() - started
