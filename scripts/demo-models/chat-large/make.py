"""Makes the larger demo chat model, all of it: first weights, training, GGUF and ONNX files, question sets, model cards, cache layout.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/chat-large/make.py

Needs python3-torch, python3-onnx and numpy, and the weights that `chat/make.py` leaves in scripts/demo-models/.cache/.
Steps can be run alone: `make.py train` (goes on where it stopped), `make.py sets`, `make.py export` and `make.py publish`.
"""
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
START, MERGES = CACHE / "chat.pt", CACHE / "chat-merges.json"
CHECKPOINT = CACHE / "chat-large.pt"
FILES = CACHE / "chat-large"  # as they will be published, without model cards
VALIDATION = CACHE / "chat-large-validation"
COST = CACHE / "chat-large-cost.json"
SCORES = HERE / "scores.json"

VALIDATION_SEED, HELDOUT_SEED = 72, 82
SHARDS, DECAY = 23, 16


def shape():
    from model import Shape
    return Shape(vocab=2048, context=1024, width=192, layers=8, heads=6, kv_heads=2, feed_forward=512)


def tokenizer():
    from bpe import Tokenizer
    return Tokenizer.load(MERGES)


def write_sets():
    import heldout
    from question_sets import make_sets
    VALIDATION.mkdir(parents=True, exist_ok=True)
    for name, lines in make_sets("validation", VALIDATION_SEED, tokenizer()).items():
        heldout.write(lines, VALIDATION / f"{name}.jsonl")
    for name, lines in make_sets("test", HELDOUT_SEED, tokenizer()).items():
        heldout.write(lines, HERE / f"heldout-{name}.jsonl")


def train_model(shards, decay, checkpoint):
    import torch
    from grow import grown
    from model import Llama
    from plus_train import train, validation_chats
    from question_sets import make_sets, words_of
    torch.manual_seed(1)
    model = Llama(shape())
    model.load_state_dict(grown(torch.load(START), shape().layers))
    validation = validation_chats(tokenizer(), VALIDATION_SEED, 60)
    train(model, tokenizer(), validation, words_of(make_sets("test", HELDOUT_SEED, tokenizer())), checkpoint, shards, decay)


def export_model(checkpoint):
    import json
    import torch
    from gguf_variants import FILE_TYPE, write_gguf
    from model import Llama
    from onnx_decoder import write_onnx, write_settings
    model = Llama(shape())
    saved = torch.load(checkpoint)
    model.load_state_dict(saved["model"])
    (FILES / "gguf").mkdir(parents=True, exist_ok=True)
    (FILES / "onnx/onnx").mkdir(parents=True, exist_ok=True)
    sizes = {}
    for variant in FILE_TYPE:
        name = f"demo-chat-plus-{variant}.gguf"
        sizes[name] = write_gguf(model, tokenizer(), variant, FILES / "gguf" / name)
    sizes["model_quantized.onnx"] = write_onnx(model, CACHE / "chat-large-fp32.onnx", FILES / "onnx/onnx/model_quantized.onnx")
    write_settings(shape(), tokenizer(), FILES / "onnx")
    COST.write_text(json.dumps({**saved["state"], "parameters": sum(p.numel() for p in model.parameters()), "sizes": sizes}))
    print(", ".join(f"{name} {size:,} bytes" for name, size in sizes.items()))


def publish():
    import json
    from plus_card import publish_models
    publish_models(FILES, json.loads(COST.read_text()), SCORES, shape())


def main():
    from steps import run_steps
    run_steps(CACHE, CHECKPOINT, SHARDS, DECAY, train_model, write_sets, export_model, publish)


if __name__ == "__main__":
    # ../chat has corpora, tokenizer, network and optimizer, ../shared the steps and what writes ONNX files and the cache layout.
    sys.path[:0] = [str(HERE), str(HERE.parent / "chat"), str(HERE.parent / "shared")]
    main()
