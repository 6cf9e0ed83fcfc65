"""Makes the demo sentence model, all of it: held-out pairs, tokenizer, training, ONNX file, model card, cache layout.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/sentence/make.py

Needs python3-torch, python3-onnx and numpy. Intermediate files go to scripts/demo-models/.cache/. Later steps can be run alone:
`make.py export` (files from the trained weights) and `make.py publish` (model card and cache layout).
"""
import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
FILES = CACHE / "sentence"  # as they will be published, without the model card
WEIGHTS, PIECES, COST = CACHE / "sentence.pt", CACHE / "sentence-pieces.json", CACHE / "sentence-cost.json"
HELDOUT, VALIDATION, SCORES = HERE / "heldout.jsonl", CACHE / "sentence-validation.jsonl", HERE / "scores.json"

VOCABULARY = 2500
TOKENIZER_SEED, BATCH_SEED, VALIDATION_SEED, HELDOUT_SEED, TRAINING_SEED = 21, 22, 23, 24, 25
HELDOUT_PAIRS = 500


def shape():
    from model import Shape
    return Shape(vocab=VOCABULARY)


def make_sets():
    from heldout import make_set, word_overlap_top1, write
    for part, seed, path in (("validation", VALIDATION_SEED, VALIDATION), ("test", HELDOUT_SEED, HELDOUT)):
        lines = make_set(part, HELDOUT_PAIRS, seed)
        write(lines, path)
        print(f"{path.name}: {len(lines)} pairs, counting common words finds {100 * word_overlap_top1(lines):.1f} %", flush=True)


def make_tokenizer():
    from batches import text_batches
    from corpus import all_words
    from loosen import FILLERS
    from wordpiece import WordPiece, learn_pieces
    texts = list(all_words())
    for first, second, _ in text_batches(TOKENIZER_SEED, 60):
        texts += first + second
    texts += FILLERS * 20
    tokenizer = WordPiece(learn_pieces(texts, VOCABULARY))
    tokenizer.save(PIECES)
    return tokenizer


def train_model(steps):
    from batches import trained_texts
    from heldout import assert_held_out, read
    from train import train
    trained = trained_texts(BATCH_SEED, steps) | trained_texts(TOKENIZER_SEED, 60)
    for path in (HELDOUT, VALIDATION, HERE / "free.jsonl", HERE / "free-validation.jsonl"):
        asked, of = assert_held_out(read(path), trained)
        print(f"none of the {asked} texts of {path.name} is among {of:,} different trained ones", flush=True)
    _, seconds = train(shape(), make_tokenizer(), read(VALIDATION), TRAINING_SEED, BATCH_SEED, steps, WEIGHTS)
    COST.write_text(json.dumps({"cpu_seconds": round(seconds), "steps": steps, "sentences": len(trained)}))


def export_model():
    import torch
    from export import export
    from heldout import read, word_overlap_top1
    from model import Bert
    from wordpiece import WordPiece
    model = Bert(shape())
    model.load_state_dict(torch.load(WEIGHTS))
    FILES.mkdir(parents=True, exist_ok=True)
    size = export(model, WordPiece.load(PIECES), FILES)
    cost = json.loads(COST.read_text())
    cost.update(bytes=size, word_overlap=100 * word_overlap_top1(read(HELDOUT)), parameters=sum(p.numel() for p in model.parameters()))
    COST.write_text(json.dumps(cost))
    print(f"{size:,} bytes, {cost['parameters']:,} parameters")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["all", "train", "export", "publish"], default="all")
    parser.add_argument("--steps", type=int, default=2000)
    options = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    if options.step in ("all", "train"):
        make_sets()
        train_model(options.steps)
    if options.step in ("all", "export"):
        export_model()
    if options.step in ("all", "publish"):
        from card import publish_model
        publish_model(FILES, json.loads(COST.read_text()), SCORES, shape())


if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent / "shared")]
    main()
