"""What the model with GPT-2 layout is trained on, and how; shard by shard, see ../shared/shards.py."""
import random

import torch
import torch.nn.functional as F
import scope
from conversations import PLAIN_PROMPT, conversation
from data import batches
from muon import Muon
from phrases import normalise
from plain_turns import IGNORED, cut_short, encode_chat
from shards import begin, learning_rate, train_shard

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
    state = begin(model, optimizers, checkpoint, shards)

    def make_shard(number):
        short = number < SHORT_SHARE * shards
        chats, prompts = shard(tokenizer, SEED * 1000 + number, SHARD_TOKENS, SHORT if short else model.shape.context, 0.3 if short else 0.7)
        rng = random.Random(number)

        def loss_of_group(group):
            room = model.shape.context - max(len(chats[i][0]) for i in group)
            return loss_of(model, chats, group, rng.randint(0, room) if rng.random() < MOVED_SHARE else 0)

        return chats, prompts, batches(chats, SEED * 1000 + number, TOKENS_PER_BATCH, 0.0), loss_of_group

    while state["shard"] < shards:
        number = state["shard"]
        loss = train_shard(model, optimizers, state, checkpoint, make_shard, heldout_words,
                           lambda step, done: learning_rate(PEAK, WARM_UP, step, shards - number - done, decay))
        print(f"shard {number} loss {loss:.4f}, validation {validation_loss(model, validation):.4f}; "
              f"step {state['step']}, cpu {state['cpu_seconds']:.0f} s", flush=True)


@torch.no_grad()
def validation_loss(model, chats):
    values = [loss_of(model, chats, group).item() for group in batches(chats, 0, TOKENS_PER_BATCH, 0.0)]
    return sum(values) / len(values)


def validation_chats(tokenizer, seed, count, limit):
    rng = random.Random(seed)
    chats = [encode_chat(tokenizer, *some_chat(rng, "validation"), limit) for _ in range(count)]
    return [chat for chat in chats if any(target != IGNORED for target in chat[1])]
