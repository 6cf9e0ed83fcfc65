"""Makes the demo chat model with GPT-2 layout, all of it: first weights, training, ONNX files, question sets, model card, cache layout.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/chat-gpt2/make.py

Needs python3-torch, python3-onnx and numpy, and what `chat/make.py` leaves in scripts/demo-models/.cache/.
Steps can be run alone: `make.py train` (goes on where it stopped), `make.py sets`, `make.py export` and `make.py publish`.
"""
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
START, MERGES = CACHE / "chat.pt", CACHE / "chat-merges.json"
CHECKPOINT = CACHE / "chat-gpt2.pt"
FILES = CACHE / "chat-gpt2"  # as they will be published, without model card
COST = CACHE / "chat-gpt2-cost.json"
HELDOUT, VALIDATION, SCORES = HERE / "heldout.jsonl", CACHE / "chat-gpt2-validation.jsonl", HERE / "scores.json"

VALIDATION_SEED, HELDOUT_SEED, QUESTIONS = 93, 94, 400
SHARDS, DECAY = 18, 12


def shape():
    from gpt2 import Shape
    return Shape(vocab=2048, context=512, width=192, layers=4, heads=6, feed_forward=576)


def tokenizer():
    from bpe import Tokenizer
    return Tokenizer.load(MERGES)


def question_set(part, seed):
    import scope
    from heldout import make_set
    scope.practise(everything=False)
    return make_set(part, QUESTIONS, seed)


def write_sets():
    import heldout
    heldout.write(question_set("validation", VALIDATION_SEED), VALIDATION)
    heldout.write(question_set("test", HELDOUT_SEED), HELDOUT)


def train_model(shards, decay, checkpoint):
    import torch
    from first_weights import keep_words_out, set_first_weights
    from gpt2 import Gpt2
    from gpt2_train import train, validation_chats
    from phrases import normalise
    torch.manual_seed(1)
    model = Gpt2(shape())
    set_first_weights(model, torch.load(START))
    keep_words_out(model)
    words = {normalise(m["content"]) for item in question_set("test", HELDOUT_SEED) for m in item["messages"] if m["role"] == "user"}
    validation = validation_chats(tokenizer(), VALIDATION_SEED, 300, shape().context)
    train(model, tokenizer(), validation, words, checkpoint, shards, decay)


def export_model(checkpoint):
    import json
    import torch
    from gpt2 import Gpt2
    from gpt2_onnx import write_model, write_settings
    model = Gpt2(shape())
    saved = torch.load(checkpoint)
    model.load_state_dict(saved["model"])
    (FILES / "onnx").mkdir(parents=True, exist_ok=True)
    size = write_model(model.eval(), CACHE / "chat-gpt2-fp32.onnx", FILES / "onnx/model_quantized.onnx")
    write_settings(shape(), tokenizer(), FILES)
    parameters = sum(p.numel() for p in model.parameters())
    COST.write_text(json.dumps({**saved["state"], "parameters": parameters, "bytes": size}))
    print(f"{parameters:,} parameters, {size:,} bytes")


def publish():
    import json
    from gpt2_card import publish_model
    publish_model(FILES, json.loads(COST.read_text()), SCORES, shape())


def main():
    from steps import run_steps
    run_steps(CACHE, CHECKPOINT, SHARDS, DECAY, train_model, write_sets, export_model, publish)


if __name__ == "__main__":
    # ../chat has corpora, tokenizer and optimizer, ../shared the steps and what writes ONNX files and the cache layout.
    sys.path[:0] = [str(HERE), str(HERE.parent / "chat"), str(HERE.parent / "shared")]
    main()
