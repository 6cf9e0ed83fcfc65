"""Makes the demo speech model, all of it: spoken sentences, training, ONNX files, model card, cache layout, recordings to try it with.

    OPENBLAS_NUM_THREADS=1 python3 scripts/demo-models/speech/make.py

Needs espeak-ng, python3-torch, python3-onnx and numpy. Intermediate files go to scripts/demo-models/.cache/speech/. Steps can be run
alone, in this order: `make.py data`, `train` (goes on where it was stopped), `export`, `publish`, `recordings`.
"""
import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # set before numpy loads; one thread keeps the result the same

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache/speech"
FILES = CACHE / "files"  # as they will be published, without the model card
CLIPS, CHECKED, CHECKPOINT, COST = CACHE / "clips.npz", CACHE / "validation.npz", CACHE / "checkpoint.pt", CACHE / "cost.json"
VALIDATION = CACHE / "validation"  # the same kind of files as the committed test set
SCORES = HERE / "scores.json"

CLIP_SEED, CHECKED_SEED, VALIDATION_SEED, HELDOUT_SEED, TRAINING_SEED = 51, 52, 53, 54, 55
TRAINING_CLIPS, CHECKED_CLIPS = 24000, 600
SINGLE_SHARE, LOOSE_SHARE = 0.2, 0.2  # of the clips are one or two words, or up to six, in any order


def make_data():
    """Clips to train with, clips to watch training with, and both sets that are measured through transformers.js."""
    from clips import Clips, make_clips
    from heldout import assert_held_out, make_set
    CHECKPOINT.unlink(missing_ok=True)  # of other clips
    trained = make_clips("train", TRAINING_CLIPS, CLIP_SEED, CLIPS, LOOSE_SHARE, SINGLE_SHARE)
    make_clips("validation", CHECKED_CLIPS, CHECKED_SEED, CHECKED, sound_names=Clips.load(CLIPS).sound_names)
    VALIDATION.mkdir(exist_ok=True)
    for part, seed, folder in (("validation", VALIDATION_SEED, VALIDATION), ("test", HELDOUT_SEED, HERE)):
        lines = make_set(part, seed, folder)
        assert_held_out(lines, trained)
        print(f"{part}: {len(lines)} clips; no sentence is among {len(trained):,} trained clips, no speaker is trained", flush=True)


def train_model(steps, stop_after):
    from clips import Clips
    from model import Shape
    from train import train
    seconds = train(Shape(), Clips.load(CLIPS), Clips.load(CHECKED), TRAINING_SEED, steps, CHECKPOINT, stop_after)
    COST.write_text(json.dumps({"cpu_seconds": round(seconds), "steps": steps, "clips": TRAINING_CLIPS}))


def export_model():
    import torch
    from export import export
    from model import Shape, Whisper
    model = Whisper(Shape())
    model.load_state_dict(torch.load(CHECKPOINT)["model"])
    encoder, decoder = export(model, FILES)
    cost = json.loads(COST.read_text())
    cost.update(encoder_bytes=encoder, decoder_bytes=decoder, encoder_parameters=sum(p.numel() for p in model.encoder.parameters()),
                decoder_parameters=sum(p.numel() for p in model.decoder.parameters()))
    COST.write_text(json.dumps(cost))
    print(f"encoder {encoder:,} bytes, {cost['encoder_parameters']:,} parameters; "
          f"decoder {decoder:,} bytes, {cost['decoder_parameters']:,} parameters")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["all", "data", "train", "export", "publish", "recordings"], default="all")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--stop-after", type=float, help="CPU-seconds of training after which to stop, for a trial")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    if options.step in ("all", "data"):
        make_data()
    if options.step in ("all", "train"):
        train_model(options.steps, options.stop_after)
    if options.step in ("all", "export"):
        export_model()
    if options.step in ("all", "publish"):
        from card import publish_model
        publish_model(FILES, json.loads(COST.read_text()), SCORES)
    if options.step in ("all", "recordings"):
        from recordings import write_recordings
        write_recordings()


if __name__ == "__main__":
    # ../shared has the modules that write int8 weights and the cache layout, ../chat the optimizer; this folder's own come first.
    sys.path[:0] = [str(HERE), str(HERE.parent / "shared"), str(HERE.parent / "chat")]
    main()
