"""What the larger model is trained on, and how; shard by shard, see ../shared/shards.py."""
import random

import torch
import torch.nn.functional as F
from data import IGNORED, as_tensors, batches
from mixture import shard
from shards import begin, learning_rate, train_shard
from train import loss_of, optimizers_for

PEAK = 1.6e-3
WARM_UP = 150  # steps
SHARD_TOKENS = 400_000
TOKENS_PER_BATCH = 3072
SEED = 61


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
    state = begin(model, optimizers, checkpoint, shards)
    print_losses("at the start", model, validation, state)

    def make_shard(number):
        chats, prompts = shard(tokenizer, SEED * 1000 + number, SHARD_TOKENS, number)
        groups = batches(chats, SEED * 1000 + number, TOKENS_PER_BATCH, 0.0)
        return chats, prompts, groups, lambda group: weighed_loss(model, chats, group)

    while state["shard"] < shards:
        number = state["shard"]
        loss = train_shard(model, optimizers, state, checkpoint, make_shard, heldout_words,
                           lambda step, done: learning_rate(PEAK, WARM_UP, step, shards - number - done, decay))
        print_losses(f"shard {number} loss {loss:.4f}", model, validation, state)
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
