"""Training, one thread. espeak-ng tells when each sound and word is spoken, and three extra losses make use of it:

the sound at each moment, from the convolutions alone; the word at each moment, from the encoder; and where the decoder looks for a word.
Without them the decoder finds nothing to listen to for thousands of steps.
"""
import math
import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from batches import batch, plain_batch
from model import END, PREFIX, Whisper
from muon import Muon  # in ../chat
from sentences import WORDS

PEAK, WARM_UP = 4e-3, 60
CLIPS = 48  # per step
SHORT_PART, WHOLE_FROM, WHOLE_SHARE = 0.12, 0.5, 0.5  # parts of the training: short clips only; whole windows too
SHORT_FRAMES = 170
SOUNDS, MOMENTS, LOOKING = 0.5, 0.5, 0.2
GUIDED_HEADS = 2
SAVE_EVERY, CHECK_EVERY = 200, 400


class Names(nn.Module):
    """Sound and word at each moment. Not part of the model."""

    def __init__(self, width, sounds):
        super().__init__()
        self.sound, self.word = nn.Linear(width, sounds), nn.Linear(width, len(WORDS) + 1)


def learning_rate(step, steps):
    if step < WARM_UP:
        return PEAK * (step + 1) / WARM_UP
    return PEAK * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))))


def optimizers_for(model, names):
    """(optimizer, share of the learning rate): Muon for the matrices, AdamW for all else."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embedding" not in name]
    chosen = {id(p) for p in matrices}
    others = [p for p in [*model.parameters(), *names.parameters()] if id(p) not in chosen]
    return [(Muon([(p, [p.shape[0]]) for p in matrices]), 1.0), (torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.01), 0.6)]


def looking_loss(attentions, spans):
    """While it writes a word, the decoder should look where the word is spoken."""
    there, total = spans.any(2), 0
    for attention in attentions:
        looks = attention[:, :GUIDED_HEADS, len(PREFIX) - 1:-1].mean(1)
        total = total - ((looks * spans).sum(2) + 1e-4).log()[there].mean()
    return total / len(attentions)


def losses(model, names, heard):
    """(loss of the written words, what is minimised)"""
    sounds = model.encoder.sounds(heard.features)
    encoded = model.encoder.mixed(sounds)
    logits, attentions = model.decoder(heard.ids, encoded)
    words = F.cross_entropy(logits[:, len(PREFIX) - 1:].flatten(0, 1), heard.targets.flatten(), ignore_index=-1, label_smoothing=0.02)
    total = words + SOUNDS * F.cross_entropy(names.sound(sounds).flatten(0, 1), heard.sounds.flatten())
    total = total + MOMENTS * F.cross_entropy(names.word(encoded).flatten(0, 1), heard.words.flatten())
    if heard.spans.any():
        total = total + LOOKING * looking_loss(attentions, heard.spans)
    return words, total


def chosen_clips(rng, clips, lengths, step, steps):
    """(clips of like length, whether they come in whole windows)"""
    part = step / steps
    if part < SHORT_PART:
        pool = rng.choices(lengths["short"], k=CLIPS * 4)
    else:
        pool = rng.choices(lengths["all"], k=CLIPS * 6)
    pool.sort(key=clips.frames)
    # Long clips have more words, so a little more often.
    first = round((len(pool) - CLIPS) * rng.random() ** 0.7)
    return pool[first:first + CLIPS], part > WHOLE_FROM and rng.random() < WHOLE_SHARE


def word_errors(said, heard):
    """Words to insert, delete or replace."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def word_error_rate(model, clips, count=None):
    model.eval()
    wrong = words = 0
    for first in range(0, count or len(clips), 50):
        chosen = range(first, min(first + 50, count or len(clips)))
        for i, heard in zip(chosen, model.transcribe(plain_batch(clips, chosen).features)):
            said = list(clips.word_numbers(i))
            wrong, words = wrong + word_errors(said, heard), words + len(said)
    model.train()
    return wrong / words


def train(shape, clips, validation, seed, steps, checkpoint, stop_after=None):
    """CPU-seconds taken. Goes on from the checkpoint when there is one of the same length."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    model, names = Whisper(shape), Names(shape.width, len(clips.sound_names))
    parameters = [*model.parameters(), *names.parameters()]
    optimizers = optimizers_for(model, names)
    lengths = {"all": range(len(clips)), "short": [i for i in range(len(clips)) if clips.frames(i) <= SHORT_FRAMES]}
    first_step, spent, average = 0, 0.0, None
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        if saved["steps"] == steps:
            first_step, spent = saved["step"], saved["seconds"]
            model.load_state_dict(saved["model"])
            names.load_state_dict(saved["names"])
            for (optimizer, _), state in zip(optimizers, saved["optimizers"]):
                optimizer.load_state_dict(state)
    started = time.process_time()
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {len(clips):,} clips, {len(lengths['short']):,} of them short, "
          f"steps {first_step:,} to {steps:,}", flush=True)
    for step in range(first_step, steps):
        chosen, whole = chosen_clips(random.Random(seed * 1_000_000 + step), clips, lengths, step, steps)
        heard = batch(seed * 1_000_000 + step, clips, chosen, whole)
        for optimizer, factor in optimizers:
            optimizer.param_groups[0]["lr"] = factor * learning_rate(step, steps)
        words, total = losses(model, names, heard)
        average = words.item() if average is None else 0.97 * average + 0.03 * words.item()
        for optimizer, _ in optimizers:
            optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
        seconds = spent + time.process_time() - started
        if step % 25 == 24:
            print(f"step {step + 1} loss {average:.3f} all {total.item():.3f} cpu {seconds:.0f} s", flush=True)
        if step % CHECK_EVERY == CHECK_EVERY - 1 or step == steps - 1:
            print(f"step {step + 1} validation word error rate {100 * word_error_rate(model, validation, 300):.1f} %", flush=True)
        is_last = step == steps - 1 or bool(stop_after and seconds > stop_after)
        if step % SAVE_EVERY == SAVE_EVERY - 1 or is_last:
            torch.save({"steps": steps, "step": step + 1, "seconds": seconds, "model": model.state_dict(), "names": names.state_dict(),
                        "optimizers": [optimizer.state_dict() for optimizer, _ in optimizers]}, checkpoint)
        if is_last:
            break
    return spent + time.process_time() - started
