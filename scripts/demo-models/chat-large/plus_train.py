"""Training shard by shard. Each shard is made from its own seed, and weights and optimizers are kept after each, so it can go on any time.

The learning rate stays level, and falls to almost nothing over the last shards (`decay`). To train longer, go on from before the fall.
"""
import random
import time

import torch
import torch.nn.functional as F
from data import IGNORED, as_tensors, batches
from mixture import shard
from train import loss_of, optimizers_for

PEAK = 1.6e-3
WARM_UP = 150  # steps
SHARD_TOKENS = 400_000
TOKENS_PER_BATCH = 3072
SEED = 61


def learning_rate(step, shard_number, steps_done_in_shard, shards, decay):
    """Level after a warm-up, then straight down over the last `decay` shards."""
    left = (shards - shard_number - steps_done_in_shard) / decay if decay else 1
    return PEAK * min(1, (step + 1) / WARM_UP) * max(0.01, min(1, left))


def weighed_loss(model, chats, group):
    """Cross entropy in which some tokens count more; see mixture.py."""
    inputs, targets = as_tensors(chats, group)
    weights = torch.zeros(targets.shape)
    for row, i in enumerate(group):
        weights[row, :len(chats[i][1]) - 1] = torch.tensor(chats[i][1][1:], dtype=torch.float)
    hidden = model.hidden(inputs).flatten(0, 1)
    targets, weights = targets.flatten(), weights.flatten()
    learned = targets != IGNORED
    losses = F.cross_entropy(model.logits(hidden[learned]), targets[learned], reduction="none")
    return (losses * weights[learned]).sum() / weights[learned].sum()


def train(model, tokenizer, validation, heldout_words, checkpoint, shards, decay):
    """Trains up to `shards` shards in all; the last `decay` of them with falling learning rate."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    optimizers = optimizers_for(model)
    state = {"shard": 0, "step": 0, "tokens": 0, "cpu_seconds": 0.0}
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        for (optimizer, _), old in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(old)
        state = saved["state"]
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, at shard {state['shard']} of {shards}", flush=True)
    print_losses("at the start", model, validation, state)
    while state["shard"] < shards:
        started = time.process_time()
        number = state["shard"]
        chats, prompts = shard(tokenizer, SEED * 1000 + number, SHARD_TOKENS, number)
        leaked = prompts & heldout_words
        if leaked:
            raise AssertionError(f"held-out questions in training: {sorted(leaked)[:5]}")
        groups = batches(chats, SEED * 1000 + number, TOKENS_PER_BATCH, 0.0)
        total = 0.0
        for position, group in enumerate(groups):
            for optimizer, factor in optimizers:
                optimizer.param_groups[0]["lr"] = factor * learning_rate(state["step"], number, position / len(groups), shards, decay)
            loss = weighed_loss(model, chats, group)
            model.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer, _ in optimizers:
                optimizer.step()
            state["step"] += 1
            total += loss.item()
        state["shard"] += 1
        state["tokens"] += sum(len(ids) for ids, _ in chats)
        state["cpu_seconds"] += time.process_time() - started
        torch.save({"model": model.state_dict(), "optimizers": [o.state_dict() for o, _ in optimizers], "state": state}, checkpoint)
        print_losses(f"shard {number} loss {total / len(groups):.4f}", model, validation, state)
    return state


def print_losses(what, model, validation, state):
    shown = ", ".join(f"{name} {value:.4f}" for name, value in validation_losses(model, validation).items())
    print(f"{what}, validation {shown}; step {state['step']}, cpu {state['cpu_seconds']:.0f} s", flush=True)


@torch.no_grad()
def validation_losses(model, validation):
    """validation: name and encoded chats of each kind."""
    result = {}
    for name, chats in validation.items():
        values = [loss_of(model, *as_tensors(chats, group)).item() for group in batches(chats, 0, TOKENS_PER_BATCH, 0.0)]
        result[name] = sum(values) / len(values)
    return result


def validation_chats(tokenizer, seed, count):
    from data import encode_chat
    from mixture import CONTEXT, SHARES, any_chat
    rng = random.Random(seed)
    counts = {kind: count // 8 if kind == "long" else count for kind in SHARES}
    chats = {kind: [encode_chat(tokenizer, *any_chat(rng, kind, "validation"), CONTEXT) for _ in range(counts[kind])] for kind in SHARES}
    return {kind: [chat for chat in made if any(chat[1])] for kind, made in chats.items()}
