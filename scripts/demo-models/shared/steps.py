"""The command line of a make.py: all steps one after another, or one alone."""
import argparse
from pathlib import Path


def run_steps(cache, checkpoint, shards, decay, train, write_sets, export, publish):
    """checkpoint, shards, decay: unless the command line says otherwise. train(shards, decay, checkpoint), export(checkpoint)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", nargs="?", choices=["all", "train", "sets", "export", "publish"], default="all")
    parser.add_argument("--shards", type=int, default=shards, help="how much to train in all")
    parser.add_argument("--decay", type=int, default=decay, help="over how many of the last shards the learning rate falls")
    parser.add_argument("--checkpoint", type=Path, default=checkpoint)
    options = parser.parse_args()
    cache.mkdir(exist_ok=True)
    if options.step in ("all", "train"):
        train(options.shards, options.decay, options.checkpoint)
    if options.step in ("all", "sets"):
        write_sets()
    if options.step in ("all", "export"):
        export(options.checkpoint)
    if options.step in ("all", "publish"):
        publish()
