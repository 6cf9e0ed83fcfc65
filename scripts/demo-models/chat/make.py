"""Makes the demo chat model, all of it: corpus, tokenizer, training, GGUF file, held-out questions, model card, cache layout.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/chat/make.py

Needs python3-torch and numpy. Intermediate files go to scripts/demo-models/.cache/. Later steps can be run alone:
`make.py export` (file and questions from the trained weights) and `make.py publish` (card and cache layout).
"""
import argparse
import os
import random
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
WEIGHTS, MERGES, GGUF_FILE = CACHE / "chat.pt", CACHE / "chat-merges.json", CACHE / "demo-chat-q8_0.gguf"
COST = CACHE / "chat-cost.json"
HELDOUT, VALIDATION = HERE / "heldout.jsonl", CACHE / "validation.jsonl"

VOCABULARY = 2048
TOKENIZER_SEED, VALIDATION_SEED, HELDOUT_SEED = 11, 13, 14
# Training goes in rounds, each on new chats and from the weights of the round before. The first sees short chats first, and
# only the beginning of most answers; the second practises whole answers and what is slow to learn; the others polish.
ROUNDS = [
    {"corpus_seed": 12, "seed": 15, "tokens": 9.5e6, "peak": 4e-3, "short_part": 0.4, "whole_share": 0.3, "drills": 0.0,
     "wide": True, "uppercase": 0.02},
    {"corpus_seed": 16, "seed": 17, "tokens": 5.5e6, "peak": 2.5e-3, "short_part": 0.0, "whole_share": 1.0, "drills": 0.4,
     "wide": False, "uppercase": 0.06},
    {"corpus_seed": 18, "seed": 19, "tokens": 4e6, "peak": 2e-3, "short_part": 0.0, "whole_share": 0.7, "drills": 0.4,
     "wide": False, "uppercase": 0.06},
    {"corpus_seed": 20, "seed": 21, "tokens": 4e6, "peak": 2e-3, "short_part": 0.0, "whole_share": 0.7, "drills": 0.4,
     "wide": False, "uppercase": 0.04},
    {"corpus_seed": 22, "seed": 23, "tokens": 5e6, "peak": 2e-3, "short_part": 0.0, "whole_share": 0.7, "drills": 0.3,
     "wide": False, "uppercase": 0.06},
]
HELDOUT_LINES = 600


def shape():
    from model import Shape
    return Shape(vocab=VOCABULARY, context=1024, width=192, layers=4, heads=6, kv_heads=2, feed_forward=512)


def make_tokenizer():
    from bpe import SPECIAL, Tokenizer, train_merges
    from conversations import OTHER_PROMPTS, LIBRARY_PROMPT, PLAIN_PROMPT, conversation
    from scope import practise
    rng = random.Random(TOKENIZER_SEED)
    practise(everything=True)
    texts = [LIBRARY_PROMPT, PLAIN_PROMPT, *OTHER_PROMPTS] * 200 + ["system\n", "user\n", "assistant\n"] * 20000
    for _ in range(30000):
        for turn in conversation(rng)[1]:
            texts += [turn.user, turn.answer]
    tokenizer = Tokenizer(train_merges(texts, VOCABULARY - 256 - len(SPECIAL)))
    tokenizer.save(MERGES)
    practise(everything=False)
    return tokenizer


def train_model(first_round):
    """first_round above 0 starts from the weights that the round before left in the cache."""
    import json
    import torch
    from data import encode_chat, training_chats
    from heldout import assert_held_out, make_set
    from bpe import Tokenizer
    from conversations import conversation
    from model import Llama
    from scope import practise
    from train import train
    tokenizer = Tokenizer.load(MERGES) if first_round else make_tokenizer()
    print(f"{len(tokenizer.tokens)} tokens in the vocabulary", flush=True)
    rng = random.Random(VALIDATION_SEED)
    validation = [encode_chat(tokenizer, *conversation(rng, "validation"), shape().context) for _ in range(300)]
    heldout = make_set("test", HELDOUT_LINES, HELDOUT_SEED)
    cost = json.loads(COST.read_text()) if first_round else {"cpu_seconds": 0, "tokens": 0}
    for number, plan in enumerate(ROUNDS[first_round:], first_round):
        practise(plan["wide"], plan["uppercase"])
        chats, prompts = training_chats(tokenizer, plan, shape().context)
        practise(everything=False)
        asked, trained = assert_held_out(heldout, prompts)
        print(f"round {number}: none of {asked} held-out questions is among {trained} different trained ones", flush=True)
        torch.manual_seed(plan["seed"])
        model = Llama(shape())
        if number:
            model.load_state_dict(torch.load(WEIGHTS))
        cost["cpu_seconds"] += round(train(model, chats, validation, plan, WEIGHTS))
        cost["tokens"] += sum(len(tokens) for tokens, _ in chats)
        COST.write_text(json.dumps(cost))


def export_model():
    import torch
    from bpe import Tokenizer
    from export import export
    from heldout import make_set, write
    from model import Llama
    model = Llama(shape())
    model.load_state_dict(torch.load(WEIGHTS))
    export(model, Tokenizer.load(MERGES), GGUF_FILE)
    write(make_set("test", HELDOUT_LINES, HELDOUT_SEED), HELDOUT)
    write(make_set("validation", HELDOUT_LINES, VALIDATION_SEED), VALIDATION)
    print(f"{GGUF_FILE.name}: {GGUF_FILE.stat().st_size:,} bytes, {sum(p.numel() for p in model.parameters()):,} parameters")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["all", "train", "export", "publish"], default="all")
    parser.add_argument("--first-round", type=int, default=0, help="go on after the rounds before this one, from the cache")
    options = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    if options.step in ("all", "train"):
        train_model(options.first_round)
    if options.step in ("all", "export"):
        export_model()
    if options.step in ("all", "publish"):
        from publish import publish
        publish(GGUF_FILE, COST, shape())


if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent / "shared")]
    main()
