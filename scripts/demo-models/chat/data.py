"""Conversations as token batches: ChatML as the template writes it, loss on what the assistant says only."""
import random

import torch

from bpe import END_OF_TEXT, IM_END, IM_START
from conversations import conversation
from phrases import normalise

IGNORED = -100
SHORT = 128  # tokens; where training begins with a part of short chats, they are up to this length


def encode_chat(tokenizer, system, turns, limit, start=True):
    """(tokens, which of them are learned); whole turns only, cut where the context ends."""
    tokens, learned = ([END_OF_TEXT], [False]) if start else ([], [])

    def add(ids, learn=False):
        tokens.extend(ids)
        learned.extend([learn] * len(ids))

    def message(role, text, learn=False):
        add([IM_START, *tokenizer.encode(role + "\n")])
        add(tokenizer.encode(text), learn)
        add([IM_END], learn)
        add(tokenizer.encode("\n"))

    if system:
        message("system", system)
    for turn in turns:
        before = len(tokens)
        message("user", turn.user)
        message("assistant", turn.answer, learn=True)
        if len(tokens) > limit:
            del tokens[before:], learned[before:]
            break
    return tokens, learned


def cut_short(rng, tokens, learned, whole_share):
    """Most last answers end after a few words: what decides an answer is its beginning, the rest is soon known by heart.

    Without this, half of the work would go into repeating sentences that are long since learned.
    """
    answer = next((i for i in range(len(learned) - 2, 0, -1) if learned[i] and not learned[i - 1]), None)
    if answer is None or rng.random() < whole_share:
        return tokens, learned
    end = answer + rng.choice((8, 12, 20, 40))
    return tokens[:end], learned[:end]


def training_chats(tokenizer, plan, limit):
    """(encoded chats, every different question in them as it is compared)"""
    rng = random.Random(plan["corpus_seed"])
    chats, prompts, total = [], set(), 0
    while total < plan["tokens"]:
        system, turns = conversation(rng, "train", plan["drills"])
        # Runtimes put the start token first; a few chats do without, so that nothing hangs on it.
        tokens, learned = encode_chat(tokenizer, system, turns, limit, start=rng.random() < 0.9)
        tokens, learned = cut_short(rng, tokens, learned, plan["whole_share"])
        if any(learned):
            chats.append((tokens, learned))
            prompts.update(normalise(turn.user) for turn in turns)
            total += len(tokens)
    return chats, prompts


def batches(chats, seed, tokens_per_batch, short_part):
    """Chats of similar length share a batch. Short chats first, which are cheap and teach most, then all in random order."""
    rng = random.Random(seed)
    order = sorted(range(len(chats)), key=lambda i: (len(chats[i][0]) // 8, rng.random()))
    groups, group = [], []
    for i in order:
        if group and (len(group) + 1) * len(chats[i][0]) > tokens_per_batch:
            groups.append(group)
            group = []
        group.append(i)
    groups.append(group)
    rng.shuffle(groups)
    short = [g for g in groups if len(chats[g[-1]][0]) <= SHORT]
    first = short[:int(short_part * len(groups))]
    later = [g for g in groups if len(chats[g[-1]][0]) > SHORT] + short[len(first):]
    rng.shuffle(later)
    return first + later


def as_tensors(chats, group):
    width = max(len(chats[i][0]) for i in group) - 1
    inputs = torch.zeros(len(group), width, dtype=torch.long)
    targets = torch.full((len(group), width), IGNORED, dtype=torch.long)
    for row, i in enumerate(group):
        tokens, learned = chats[i]
        length = len(tokens) - 1
        inputs[row, :length] = torch.tensor(tokens[:-1])
        targets[row, :length] = torch.tensor([t if l else IGNORED for t, l in zip(tokens[1:], learned[1:])])
    return inputs, targets
