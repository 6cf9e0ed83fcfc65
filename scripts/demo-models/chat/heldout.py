"""Question sets for checking: chats whose every question is a phrasing that training never saw."""
import json
import random

from conversations import chat, question, recall_chat
from phrases import normalise

# How the lines of a set are made: single questions, tell-and-recall, longer chats.
SHARES = (("single", 0.72), ("recall", 0.14), ("chat", 0.14))


def line(turns):
    """All turns but the last are context: their right answers are given, and the answer to the last is checked."""
    messages = []
    for turn in turns[:-1]:
        messages += [{"role": "user", "content": turn.user}, {"role": "assistant", "content": turn.answer}]
    messages.append({"role": "user", "content": turns[-1].user})
    return {"messages": messages, "expect": turns[-1].expectation(), "topic": turns[-1].topic.split(":")[0]}


def make_set(part, count, seed):
    rng = random.Random(seed)
    lines, seen = [], set()
    while len(lines) < count:
        kind = rng.choices([k for k, _ in SHARES], [s for _, s in SHARES])[0]
        if kind == "single":
            turns = [question(rng, part)]
        elif kind == "recall":
            turns = recall_chat(rng, part)
        else:
            turns = chat(rng, part, rng.randint(2, 6))
        key = tuple(normalise(turn.user) for turn in turns)
        if key not in seen:
            seen.add(key)
            lines.append(line(turns))
    return lines


def assert_held_out(lines, trained):
    asked = {normalise(m["content"]) for item in lines for m in item["messages"] if m["role"] == "user"}
    leaked = asked & trained
    if leaked:
        raise AssertionError(f"held-out questions that training saw: {sorted(leaked)[:5]}")
    return len(asked), len(trained)


def write(lines, path):
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in lines))
