"""Question sets in the format of chat/heldout.jsonl, with a system prompt where there is one, and with a score where a judge is asked."""
import random

import scope
from conversations import chat
from heldout import line, make_set
from judge_prompts import judgement
from phrases import normalise
from system_chats import about_user, limited_chat, named_chat, ruled_chat, told_chat

ASK, SYSTEM, JUDGE, LONG = 400, 300, 300, 60
LONG_FROM, LONG_TO = 700, 980  # tokens before the last question, and with its answer
SYSTEM_KINDS = [(ruled_chat, 6), (named_chat, 0.7), (about_user, 1), (told_chat, 1.3), (limited_chat, 1)]


def distinct(count, make):
    lines, seen = [], set()
    while len(lines) < count:
        item = make()
        key = item and tuple(normalise(message["content"]) for message in item["messages"])
        if item and key not in seen:
            seen.add(key)
            lines.append(item)
    return lines


def system_set(rng, part, count=SYSTEM):
    def make():
        scope.practise(everything=False, uppercase_share=0)
        makers, weights = zip(*SYSTEM_KINDS)
        system, turns = rng.choices(makers, weights)[0](rng, part)
        if not turns:
            return None
        item = line(turns)
        item["messages"].insert(0, {"role": "system", "content": system})
        return item
    return distinct(count, make)


def judge_set(rng, part, count=JUDGE):
    """expect.score is the right score; half of the questions go to the criterion that is not counted or looked up."""
    names = ["answers", "answers", "answers", "polite", "short", "english"]

    def make():
        scope.practise(everything=False, uppercase_share=0)
        system, turn, judged = judgement(rng, part, names[rng.randrange(len(names))])
        messages = [{"role": "system", "content": system}] if system else []
        return {"messages": [*messages, {"role": "user", "content": turn.user}], "expect": {"score": judged.score}, "topic": turn.topic}
    return distinct(count, make)


def long_set(rng, part, tokenizer, count=LONG):
    """Chats that fill the context; only the last answer is asked for."""
    from data import encode_chat

    def make():
        scope.practise(everything=False)
        turns = chat(rng, part, rng.randint(16, 60))
        while turns and len(encode_chat(tokenizer, None, turns, 10**9)[0]) > LONG_TO:
            turns.pop()
        fits = turns and len(encode_chat(tokenizer, None, turns[:-1], 10**9)[0]) >= LONG_FROM
        return line(turns) if fits else None
    return distinct(count, make)


def make_sets(part, seed, tokenizer):
    scope.practise(everything=False)
    return {"ask": make_set(part, ASK, seed + 4),
            "system": system_set(random.Random(seed + 1), part),
            "judge": judge_set(random.Random(seed + 2), part), "long": long_set(random.Random(seed + 3), part, tokenizer)}


def words_of(sets):
    """Everything that training must not contain."""
    words = set()
    for lines in sets.values():
        words.update(normalise(message["content"]) for item in lines for message in item["messages"] if message["role"] != "assistant")
    return words
