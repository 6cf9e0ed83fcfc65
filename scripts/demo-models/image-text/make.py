"""Makes the demo image-text model, all of it: held-out scenes, tokenizer, training, ONNX files, model card, cache layout.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/image-text/make.py

Needs python3-torch, python3-onnx, python3-pil and numpy. Intermediate files go to scripts/demo-models/.cache/. Later steps can be run
alone: `make.py export` (files from the trained weights) and `make.py publish` (model card and cache layout).
"""
import argparse
import json
import os
import random
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
FILES = CACHE / "image-text"  # as they will be published, without the model card
WEIGHTS, MERGES, COST = CACHE / "image-text.pt", CACHE / "image-text-merges.json", CACHE / "image-text-cost.json"
SCORES = HERE / "scores.json"

TOKENIZER_SEED, VALIDATION_SEED, HELDOUT_SEED, TRAINING_SEED = 31, 32, 33, 34
HELDOUT_SCENES = 500


def set_files(folder):
    return folder / "heldout.webp", folder / "heldout.jsonl", folder / "queries.jsonl"


VALIDATION = CACHE / "image-text-validation"


def shape(tokenizer):
    from model import Shape
    return Shape(len(tokenizer.tokens), tokenizer.end)


def make_sets(steps):
    """Both sets, after making sure that no scene of them is trained."""
    from batches import SCENES, train_scenes
    from heldout import assert_held_out, make_set, write_set
    trained = {scene for step in range(steps) for scene in train_scenes(random.Random(TRAINING_SEED * 1_000_000 + step), SCENES)}
    VALIDATION.mkdir(parents=True, exist_ok=True)
    for part, seed, folder in (("validation", VALIDATION_SEED, VALIDATION), ("test", HELDOUT_SEED, HERE)):
        chosen = make_set(part, HELDOUT_SCENES, seed)
        assert_held_out(chosen, trained)
        queries = write_set(chosen, seed, *set_files(folder))
        print(f"{part}: {len(chosen)} scenes, {queries} bare queries; none is among {len(trained):,} trained scenes", flush=True)


def make_tokenizer():
    from bpe import Tokenizer, learn_merges
    from captions import any_caption
    from scenes import random_scene
    rng = random.Random(TOKENIZER_SEED)
    tokenizer = Tokenizer(learn_merges([any_caption(rng, random_scene(rng, "train"))[1] for _ in range(20000)], 700))
    tokenizer.save(MERGES)
    return tokenizer


def train_model(steps):
    import numpy as np
    import torch
    from batches import SCENES, pixels
    from heldout import read_pictures
    from train import train
    tokenizer = make_tokenizer()
    sheet, scenes, _ = set_files(VALIDATION)
    captions, pictures = zip(*read_pictures(scenes, sheet))
    images = torch.from_numpy(np.stack([pixels(picture, shape(tokenizer).image) for picture in pictures]))
    _, seconds = train(shape(tokenizer), tokenizer, (captions, images), TRAINING_SEED, steps, WEIGHTS)
    COST.write_text(json.dumps({"cpu_seconds": round(seconds), "steps": steps, "pictures": steps * SCENES}))


def export_model():
    import torch
    from bpe import Tokenizer
    from export import export
    from model import Clip
    tokenizer = Tokenizer.load(MERGES)
    model = Clip(shape(tokenizer))
    model.load_state_dict(torch.load(WEIGHTS))
    FILES.mkdir(parents=True, exist_ok=True)
    text, image = export(model, tokenizer, FILES)
    cost = json.loads(COST.read_text())
    cost.update(text_bytes=text, image_bytes=image, vocabulary=len(tokenizer.tokens),
                text_parameters=sum(p.numel() for p in model.text.parameters()),
                image_parameters=sum(p.numel() for p in model.image.parameters()))
    COST.write_text(json.dumps(cost))
    print(f"text {text:,} bytes, {cost['text_parameters']:,} parameters; image {image:,} bytes, {cost['image_parameters']:,} parameters")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["all", "train", "export", "publish"], default="all")
    parser.add_argument("--steps", type=int, default=1000)
    options = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    if options.step in ("all", "train"):
        make_sets(options.steps)
        train_model(options.steps)
    if options.step in ("all", "export"):
        export_model()
    if options.step in ("all", "publish"):
        from bpe import Tokenizer
        from card import publish_model
        publish_model(FILES, json.loads(COST.read_text()), SCORES, shape(Tokenizer.load(MERGES)))


if __name__ == "__main__":
    # ../shared has the modules that write int8 weights and the cache layout, ../chat the optimizer; this folder's own come first.
    sys.path[:0] = [str(HERE), str(HERE.parent / "shared"), str(HERE.parent / "chat")]
    main()
