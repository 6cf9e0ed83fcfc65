"""Training: Muon for the matrices, AdamW for embedding and norms, cosine learning rate, one thread. Prints progress; keeps a checkpoint of the weights."""
import math
import time

import torch
import torch.nn.functional as F

from data import IGNORED, as_tensors, batches
from muon import Muon


def learning_rate(step, steps, peak, warm_up=100):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    progress = (step - warm_up) / max(1, steps - warm_up)
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))


def loss_of(model, inputs, targets):
    hidden = model.hidden(inputs).flatten(0, 1)
    targets = targets.flatten()
    learned = targets != IGNORED  # only these need logits, which is a good part of the work
    return F.cross_entropy(model.logits(hidden[learned]), targets[learned])


def optimizers_for(model):
    """(optimizer, share of the learning rate)"""
    matrices = []
    for layer in model.layers:
        matrices += [(layer.qkv.weight, layer.splits), (layer.attention_out.weight, [model.shape.width]),
                     (layer.gate_up.weight, [model.shape.feed_forward] * 2), (layer.down.weight, [model.shape.width])]
    norms = [p for p in model.parameters() if p.dim() == 1]
    return [(Muon(matrices), 1.0), (torch.optim.AdamW([model.embed.weight, *norms], betas=(0.9, 0.98), weight_decay=0.0), 0.6)]


def train(model, chats, validation, plan, checkpoint, tokens_per_batch=2048):
    """CPU-seconds taken. plan: seed, peak learning rate, and which part of the steps sees short chats only."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    optimizers = optimizers_for(model)
    groups = batches(chats, plan["seed"], tokens_per_batch, plan["short_part"])
    started, average = time.process_time(), None
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {len(chats):,} chats, {len(groups):,} steps", flush=True)
    for step, group in enumerate(groups):
        for optimizer, factor in optimizers:
            optimizer.param_groups[0]["lr"] = factor * learning_rate(step, len(groups), plan["peak"])
        loss = loss_of(model, *as_tensors(chats, group))
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        if step % 100 == 0 or step == len(groups) - 1:
            print(f"step {step} loss {average:.4f} cpu {time.process_time() - started:.0f} s", flush=True)
        if step % 500 == 499 or step == len(groups) - 1:
            with torch.no_grad():
                losses = [loss_of(model, *as_tensors(validation, g)).item() for g in batches(validation, 0, tokens_per_batch, 0.0)]
            print(f"step {step} validation loss {sum(losses) / len(losses):.4f}", flush=True)
            torch.save(model.state_dict(), checkpoint)
    return time.process_time() - started
