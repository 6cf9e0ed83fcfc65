"""Chats as plain text, for a model without a chat template:

    You are a helpful assistant.

    User: What is 2 + 2?
    Assistant: 2 + 2 = 4
    User: Thanks!
    Assistant:

The system text, if any, is followed by an empty line. The model ends its answer with the end-of-text token.
"""
from bpe import END_OF_TEXT

IGNORED = -100


def encode_chat(tokenizer, system, turns, limit):
    """(tokens, what is to be learned after each of them or IGNORED); whole turns only, cut where the context ends.

    After every answer the end-of-text token is to be learned, although in a longer chat the next question follows there.
    """
    tokens, targets = [], []

    def add(text, learn=False):
        ids = tokenizer.encode(text)
        if learn:
            targets[-1:] = ids + [END_OF_TEXT]
        else:
            targets.extend([IGNORED] * len(ids))
        tokens.extend(ids)

    before = f"{system}\n\n" if system else ""
    for turn in turns:
        kept = len(tokens)
        add(f"{before}User: {turn.user}\nAssistant:")
        add(f" {turn.answer}", learn=True)
        before = "\n"
        if len(tokens) > limit:
            del tokens[kept:], targets[kept:]
            break
    return tokens, targets


def cut_short(rng, tokens, targets, whole_share):
    """Most last answers end after a few words: what decides an answer is its beginning."""
    start = len(targets)
    while start and targets[start - 1] != IGNORED:
        start -= 1
    if rng.random() < whole_share:
        return tokens, targets
    end = start + rng.choice((8, 12, 20, 40))
    return tokens[:end], targets[:end]
