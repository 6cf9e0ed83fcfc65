"""Training shard by shard. Each shard is made from its own seed, and weights and optimizers are kept after each, so it can go on any time."""
import random
import time

import torch
import torch.nn.functional as F
import scope
from conversations import PLAIN_PROMPT, conversation
from data import batches
from muon import Muon
from phrases import normalise
from plain_turns import IGNORED, cut_short, encode_chat

PEAK = 4e-3
WARM_UP = 150  # steps
SHARD_TOKENS = 400_000
TOKENS_PER_BATCH = 2048
SHORT = 128  # tokens; the first shards have chats up to this length
SHORT_SHARE = 0.4  # of all shards
DRILLS = 0.3
UPPERCASE = 0.04  # share of questions in capitals
PROMPT_SHARE = 0.2  # of chats begin with a system text, which changes nothing
MOVED_SHARE = 0.3  # of batches do not begin at the first position, so that the later ones are learned as well
SEED = 91


def some_chat(rng, part="train"):
    system, turns = conversation(rng, part, DRILLS)
    # node-llama-cpp's own prompt is never used with ONNX.
    system = (system if system and len(system) < 90 else PLAIN_PROMPT) if rng.random() < PROMPT_SHARE else None
    return system, turns


def shard(tokenizer, seed, tokens, limit, whole_share):
    """(encoded chats, every question in them as it is compared)"""
    rng = random.Random(seed)
    scope.practise(everything=False, uppercase_share=UPPERCASE)
    chats, prompts, have = [], set(), 0
    while have < tokens:
        system, turns = some_chat(rng)
        ids, targets = cut_short(rng, *encode_chat(tokenizer, system, turns, limit), whole_share)
        if any(target != IGNORED for target in targets):
            chats.append((ids, targets))
            have += len(ids)
            prompts.update(normalise(turn.user) for turn in turns)
    scope.practise(everything=False)
    return chats, prompts


def loss_of(model, chats, group, first_position=0):
    width = max(len(chats[i][0]) for i in group)
    inputs = torch.zeros(len(group), width, dtype=torch.long)
    targets = torch.full((len(group), width), IGNORED, dtype=torch.long)
    for row, i in enumerate(group):
        ids, wanted = chats[i]
        inputs[row, :len(ids)], targets[row, :len(ids)] = torch.tensor(ids), torch.tensor(wanted)
    hidden, targets = model.hidden(inputs, first_position).flatten(0, 1), targets.flatten()
    learned = targets != IGNORED  # only these need logits, which is a good part of the work
    return F.cross_entropy(model.logits(hidden[learned]), targets[learned])


def optimizers_for(model):
    """(optimizer, share of the learning rate)"""
    width, inner = model.shape.width, model.shape.feed_forward
    matrices = []
    for layer in model.layers:
        matrices += [(layer.qkv.weight, [width] * 3), (layer.attention_out.weight, [width]), (layer.up.weight, [inner]),
                     (layer.down.weight, [width])]
    rest = [model.embed.weight, *(p for p in model.parameters() if p.dim() == 1)]
    adam = {"betas": (0.9, 0.98), "weight_decay": 0.0}
    return [(Muon(matrices), 1.0), (torch.optim.AdamW(rest, **adam), 0.6), (torch.optim.AdamW([model.positions.weight], **adam), 0.05)]


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
    while state["shard"] < shards:
        started, number = time.process_time(), state["shard"]
        short = number < SHORT_SHARE * shards
        chats, prompts = shard(tokenizer, SEED * 1000 + number, SHARD_TOKENS, SHORT if short else model.shape.context, 0.3 if short else 0.7)
        if prompts & heldout_words:
            raise AssertionError(f"held-out questions in training: {sorted(prompts & heldout_words)[:5]}")
        groups = batches(chats, SEED * 1000 + number, TOKENS_PER_BATCH, 0.0)
        rng, total = random.Random(number), 0.0
        for position, group in enumerate(groups):
            left = (shards - number - position / len(groups)) / decay
            rate = PEAK * min(1, (state["step"] + 1) / WARM_UP) * max(0.01, min(1, left))
            for optimizer, factor in optimizers:
                optimizer.param_groups[0]["lr"] = factor * rate
            room = model.shape.context - max(len(chats[i][0]) for i in group)
            loss = loss_of(model, chats, group, rng.randint(0, room) if rng.random() < MOVED_SHARE else 0)
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
        print(f"shard {number} loss {total / len(groups):.4f}, validation {validation_loss(model, validation):.4f}; "
              f"step {state['step']}, cpu {state['cpu_seconds']:.0f} s", flush=True)


@torch.no_grad()
def validation_loss(model, chats):
    values = [loss_of(model, chats, group).item() for group in batches(chats, 0, TOKENS_PER_BATCH, 0.0)]
    return sum(values) / len(values)


def validation_chats(tokenizer, seed, count, limit):
    rng = random.Random(seed)
    chats = [encode_chat(tokenizer, *some_chat(rng, "validation"), limit) for _ in range(count)]
    return [chat for chat in chats if any(target != IGNORED for target in chat[1])]
