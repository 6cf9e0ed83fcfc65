"""Training: each text must find its partner among all of the batch (InfoNCE both ways); a little of telling the topics apart."""
import math
import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from batches import encode, text_batches
from corpus import TOPICS
from model import Bert, sentence_vectors

SCALE = 20.0  # 1 / temperature
TOPIC_SHARE = 0.1
PEAK, WARM_UP = 2e-3, 100


def learning_rate(step, steps):
    if step < WARM_UP:
        return PEAK * (step + 1) / WARM_UP
    return PEAK * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))))


def top1(model, tokenizer, pairs):
    """Share of first texts whose nearest second text is their own."""
    model.eval()
    with torch.no_grad():
        first, second = (torch.cat([sentence_vectors(model, encode(tokenizer, [p[side] for p in pairs[i:i + 64]], model.shape.positions))
                                    for i in range(0, len(pairs), 64)]) for side in ("a", "b"))
    model.train()
    return ((first @ second.T).argmax(1) == torch.arange(len(pairs))).float().mean().item()


def train(shape, tokenizer, validation, seed, batch_seed, steps, checkpoint):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    rng = random.Random(seed)
    model, topic_head = Bert(shape), nn.Linear(shape.width, len(TOPICS))
    parameters = [*model.parameters(), *topic_head.parameters()]
    optimizer = torch.optim.AdamW(parameters, betas=(0.9, 0.98), weight_decay=0.01)
    started, average = time.process_time(), None
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {steps:,} steps", flush=True)
    for step, (first, second, topics) in enumerate(text_batches(batch_seed, steps)):
        optimizer.param_groups[0]["lr"] = learning_rate(step, steps)
        a, b = (sentence_vectors(model, encode(tokenizer, texts, shape.positions, rng)) for texts in (first, second))
        own, topics = torch.arange(len(first)), torch.tensor(topics)
        scores = SCALE * a @ b.T
        loss = (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2
        loss = loss + TOPIC_SHARE * F.cross_entropy(SCALE / 2 * topic_head(torch.cat([a, b])), topics.repeat(2))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 100 == 99 or step == steps - 1:
            print(f"step {step + 1} loss {average:.4f} cpu {time.process_time() - started:.0f} s", flush=True)
        if step % 400 == 399 or step == steps - 1:
            print(f"step {step + 1} validation top-1 {100 * top1(model, tokenizer, validation):.1f} %", flush=True)
            torch.save(model.state_dict(), checkpoint)
    return model, time.process_time() - started
