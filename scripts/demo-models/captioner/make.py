"""Makes the demo captioner, all of it: tokenizer, training, ONNX files, model card, cache layout. The image-text model comes first.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/captioner/make.py

Needs python3-torch, python3-onnx, python3-pil and numpy. Intermediate files go to scripts/demo-models/.cache/. Later steps can be run
alone: `make.py export` (files from the trained weights) and `make.py publish` (model card and cache layout). `make.py train --resume`
goes on with a training that was stopped.
"""
import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE, IMAGE_TEXT = HERE.parent / ".cache", HERE.parent / "image-text"
FILES = CACHE / "captioner"  # as they will be published, without the model card
WEIGHTS, MERGES, COST = CACHE / "captioner.pt", CACHE / "captioner-merges.json", CACHE / "captioner-cost.json"
CLIP_WEIGHTS, CLIP_COST = CACHE / "image-text.pt", CACHE / "image-text-cost.json"
VALIDATION_SOURCE = CACHE / "image-text-validation"
VALIDATION, HELDOUT = CACHE / "captioner-validation/heldout.jsonl", HERE / "heldout.jsonl"
SCORES = HERE / "scores.json"
TOKENIZER_SEED, TRAINING_SEED = 61, 62


def shape():
    from model import Shape
    return Shape(0, 0)  # only the picture's part of it is used


def make_sets(steps):
    from lessons import lesson_scenes
    from sets import write_set
    trained = {scene for step in range(steps) for scene in lesson_scenes(TRAINING_SEED * 1_000_000 + step)}
    for part, source, target in (("validation", VALIDATION_SOURCE, VALIDATION), ("test", IMAGE_TEXT, HELDOUT)):
        count = write_set(source / "heldout.jsonl", part, trained, target)
        print(f"{part}: {count} scenes; none is among {len(trained):,} trained scenes", flush=True)


def train_model(steps, resume):
    import numpy as np
    import torch
    import tokens
    from batches import pixels
    from lessons import PICTURES
    from sets import captions_and_pictures
    from training import train
    tokenizer = tokens.learn(TOKENIZER_SEED)
    tokenizer.save(MERGES)
    captions, pictures = captions_and_pictures(VALIDATION, VALIDATION_SOURCE / "heldout.webp")
    images = torch.from_numpy(np.stack([pixels(picture, shape().image) for picture in pictures]))
    _, seconds = train(shape(), tokenizer, torch.load(CLIP_WEIGHTS), (captions, images), TRAINING_SEED, steps, WEIGHTS, resume)
    COST.write_text(json.dumps({"cpu_seconds": round(seconds), "steps": steps, "pictures": steps * PICTURES}))


def export_model():
    import torch
    import tokens
    from captioner import Captioner
    from writing import export
    tokenizer = tokens.load(MERGES)
    model = Captioner(shape(), len(tokenizer.tokens))
    model.load_state_dict(torch.load(WEIGHTS)["model"])
    encoder, decoder = export(model, tokenizer, FILES)
    cost = json.loads(COST.read_text())
    cost.update(encoder_bytes=encoder, decoder_bytes=decoder, vocabulary=len(tokenizer.tokens),
                encoder_parameters=sum(p.numel() for p in model.encoder.parameters()),
                decoder_parameters=sum(p.numel() for p in model.decoder.parameters()))
    COST.write_text(json.dumps(cost))
    print(f"encoder {encoder:,} bytes, {cost['encoder_parameters']:,} parameters; "
          f"decoder {decoder:,} bytes, {cost['decoder_parameters']:,} parameters")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["all", "train", "export", "publish"], default="all")
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if options.step in ("all", "train"):
        make_sets(options.steps)
        train_model(options.steps, options.resume)
    if options.step in ("all", "export"):
        export_model()
    if options.step in ("all", "publish"):
        from model_card import publish_model
        publish_model(FILES, json.loads(COST.read_text()), json.loads(CLIP_COST.read_text()), SCORES, shape())


if __name__ == "__main__":
    # This folder's modules come first, then those of ../image-text; ../shared writes int8 weights and the cache layout,
    # ../chat has the optimizer.
    sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("image-text", "shared", "chat"))]
    main()
