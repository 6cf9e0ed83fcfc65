"""Training shard by shard. Each shard is made from its own seed, and weights and optimizers are kept after each, so it can go on any time."""
import time

import torch


def learning_rate(peak, warm_up, step, shards_left, decay):
    """Level after a warm-up, then straight down to almost nothing over the last `decay` shards. To train longer, go on from before the fall."""
    left = shards_left / decay if decay else 1
    return peak * min(1, (step + 1) / warm_up) * max(0.01, min(1, left))


def begin(model, optimizers, checkpoint, shards):
    """What was done so far, with model and optimizers as they were then. optimizers: (optimizer, share of the learning rate)"""
    state = {"shard": 0, "step": 0, "tokens": 0, "cpu_seconds": 0.0}
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        for (optimizer, _), old in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(old)
        state = saved["state"]
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, at shard {state['shard']} of {shards}", flush=True)
    return state


def train_shard(model, optimizers, state, checkpoint, make_shard, heldout_words, rate):
    """The mean loss of the next shard.

    make_shard: of the shard's number, (encoded chats, every question in them, groups of chats, a group's loss)
    rate: of the step and the share of the shard that is done
    """
    started = time.process_time()
    chats, prompts, groups, loss_of_group = make_shard(state["shard"])
    leaked = prompts & heldout_words
    if leaked:
        raise AssertionError(f"held-out questions in training: {sorted(leaked)[:5]}")
    total = 0.0
    for position, group in enumerate(groups):
        for optimizer, factor in optimizers:
            optimizer.param_groups[0]["lr"] = factor * rate(state["step"], position / len(groups))
        loss = loss_of_group(group)
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
    return total / len(groups)
