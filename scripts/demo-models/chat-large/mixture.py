"""What a shard of training is made of: shares of tokens for chats, system prompts, judging and chats that fill the context."""
import random

import scope
from bpe import IM_START
from conversations import chat, conversation, system_prompt
from data import SHORT, cut_short, encode_chat
from judge_prompts import judge_chat
from phrases import normalise
from system_chats import ruled_chat, system_chat

CONTEXT = 1024
SHORT_SHARDS = 4  # so many shards have short chats only
SHARES = {"chat": 0.28, "system": 0.28, "judge": 0.38, "long": 0.06}
SHARES_AT_FIRST = {"chat": 0.30, "system": 0.38, "judge": 0.32}
LONGEST_AT_FIRST = 2 * SHORT  # tokens
DRILLS = 0.4
UPPERCASE = 0.04  # share of questions in capitals
# How much a token counts: a score and the first token of an answer decide more than the rest.
SCORE_WEIGHT, FIRST_WEIGHT = 6, 3


def usual_chat(rng, part):
    scope.practise(everything=False, uppercase_share=UPPERCASE)
    return conversation(rng, part, DRILLS)


def long_chat(rng, part):
    """More turns than fit; encoding cuts it where the context ends."""
    scope.practise(everything=False)
    if rng.random() < 0.2:
        return ruled_chat(rng, part, turns=rng.randint(8, 30))
    return system_prompt(rng), chat(rng, part, rng.randint(14, 40))


def any_chat(rng, kind, part="train"):
    if kind in ("chat", "long"):
        return usual_chat(rng, part) if kind == "chat" else long_chat(rng, part)
    scope.practise(everything=False, uppercase_share=0)
    if kind == "system":
        return system_chat(rng, part, turns=rng.randint(5, 9) if rng.random() < 0.06 else None)
    return judge_chat(rng, part)


def weighed(ids, learned, score_marks):
    """The same list, with how much each learned token counts."""
    weights = [int(flag) for flag in learned]
    for at in range(1, len(ids)):
        if weights[at] and not weights[at - 1]:
            weights[at] = FIRST_WEIGHT
        if weights[at] and tuple(ids[at - len(score_marks):at]) == score_marks:
            weights[at] = SCORE_WEIGHT
    return weights


def learn_right_answers(tokenizer, ids, weights, has_system, turns):
    """Makes the right answers in a judge's questions be learned too; see judge_prompts.py."""
    starts = [at for at, token in enumerate(ids) if token == IM_START]
    role = len(tokenizer.encode("user\n"))
    for number, turn in enumerate(turns):
        message = 2 * number + has_system
        if not turn.expect or message >= len(starts):
            continue
        start, end = turn.expect["right"]
        text, first = turn.user, starts[message] + 1 + role
        before = tokenizer.encode(text[:start].removesuffix(" "))  # a space belongs to the token after it
        until = tokenizer.encode(text[:end].rstrip(".!?"))
        if ids[first:first + len(until)] == until and until[:len(before)] == before:
            weights[first + len(before):first + len(until)] = [1] * (len(until) - len(before))


def score_marks(tokenizer):
    """The tokens before a score."""
    whole = tokenizer.encode('{"score": 1}')
    return tuple(whole[whole.index(tokenizer.id["1"]) - 3:whole.index(tokenizer.id["1"])])


def shard(tokenizer, seed, tokens, number):
    """(encoded chats, every question and system prompt in them as it is compared)"""
    rng = random.Random(seed)
    at_first = number < SHORT_SHARDS
    shares = SHARES_AT_FIRST if at_first else SHARES
    limit = LONGEST_AT_FIRST if at_first else CONTEXT
    have = dict.fromkeys(shares, 0)
    chats, prompts, marks = [], set(), score_marks(tokenizer)
    while sum(have.values()) < tokens:
        kind = min(shares, key=lambda name: have[name] / shares[name])
        system, turns = any_chat(rng, kind)
        # Runtimes put the start token first; a few chats do without, so that nothing hangs on it.
        ids, learned = encode_chat(tokenizer, system, turns, limit, start=rng.random() < 0.9)
        if kind == "chat":
            ids, learned = cut_short(rng, ids, learned, whole_share=0.6)
        if not any(learned):
            continue
        weights = weighed(ids, learned, marks)
        if kind == "judge":
            learn_right_answers(tokenizer, ids, weights, bool(system), turns)
        chats.append((ids, weights))
        have[kind] += len(ids)
        for turn in turns:
            prompts.add(normalise(turn.user))
            prompts.add(normalise(turn.clean))
        if kind == "system" and system:
            prompts.add(normalise(system))
    scope.practise(everything=False)
    return chats, prompts
