"""Draws the demo workspace's pictures with the image-text model's drawing code, in folders and formats as people keep them.

    python3 scripts/demo-models/pictures.py          # draws them all anew
    python3 scripts/demo-models/pictures.py --list   # prints what each picture shows, as JSON lines

Needs python3-pil and numpy. No demo model was trained on any of these scenes, and none is in a held-out set. File names say nothing
about what is seen, so that a search finds pictures by looking at them.
"""
import argparse
import json
import random
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parents[1] / "demo-workspace/pictures"
SEED = 51
MOST_BYTES = 12_000_000
UNKNOWN_SHARE = 0.15  # of the scenes show a kind in a colour that no model was trained on

# Topic and its place, how many pictures, and how their files are named: n is a number, d a date, t a time.
FOLDERS = (
    ("garden", "meadow", 40, "IMG_{n:04}"), ("sea", "beach", 40, "holiday-{n:02}"), ("winter", "snow", 36, "DSC{n:05}"),
    ("night", "night", 30, "{d} {t}"), ("travel/desert", "desert", 32, "P{n:07}"), ("home", "room", 40, "photo {n}"),
    ("street", "city", 40, "PXL_{d}_{t}"), ("travel/mountains", "mountains", 32, "tour-{n:03}"), ("studio", "plain", 30, "scan{n:04}"))
SIZES = {(640, 480): 40, (480, 640): 16, (512, 512): 10, (800, 600): 8, (600, 800): 4, (640, 360): 6, (320, 240): 6, (400, 600): 4,
         (1024, 768): 3, (768, 1024): 1, (1280, 720): 1}
SMALL = ((320, 240), (240, 320), (256, 256))
FORMATS = {"jpg": 72, "png": 12, "webp": 12, "gif": 2}
LARGE = ("sea", "travel/mountains", "street")  # the first picture of each is 1600 × 1200
TURNED = {"garden": 6, "home": 8}  # the second picture lies on its side on disk, and EXIF says how to turn it
EXIF_ORIENTATION = 0x0112


def chosen(rng, weights):
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def scene_at(rng, place, used):
    """A scene nobody has seen: of the test part, in no held-out set, not drawn before."""
    unknown = rng.random() < UNKNOWN_SHARE
    while True:
        scene = set_scene(rng, "test", unknown)
        # White in the snow and black at night can be told apart, but look poor.
        faint = {("snow", "white"), ("night", "black"), ("plain", "white")} & {(place, color) for _, color in scene.things}
        if scene.place == place and scene not in used and not faint:
            used.add(scene)
            return scene


def file_name(rng, pattern, number):
    day = f"20{rng.randint(21, 25)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    time = f"{rng.randint(7, 22):02}{rng.randint(0, 59):02}{rng.randint(0, 59):02}"
    return pattern.format(n=number, d=day, t=time)


def plan(rng, held_out):
    """[(path without folder, scene, size, orientation)]"""
    used, pictures = set(held_out), []
    for folder, place, count, pattern in FOLDERS:
        number = rng.randint(1, 9) if "02" in pattern else rng.randint(20, 700)
        for i in range(count):
            scene, suffix = scene_at(rng, place, used), chosen(rng, FORMATS)
            size = rng.choice(SMALL) if suffix == "gif" else chosen(rng, SIZES)
            if i == 0 and folder in LARGE:
                suffix, size = "jpg", (1600, 1200)
            orientation = TURNED.get(folder, 1) if i == 1 else 1
            suffix = "jpg" if orientation != 1 else suffix
            pictures.append((f"{folder}/{file_name(rng, pattern, number)}.{suffix}", scene, size, orientation))
            number += rng.choice((1, 1, 1, 2, 3))
    return pictures


def save(image, path, orientation):
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if orientation != 1:
        exif[EXIF_ORIENTATION] = orientation
        image = image.transpose(Image.ROTATE_90 if orientation == 6 else Image.ROTATE_270)
    settings = {".jpg": {"quality": 86, "optimize": True, "exif": exif}, ".png": {"optimize": True},
                ".webp": {"quality": 84, "method": 6}}.get(path.suffix, {})
    if path.suffix == ".gif":
        image = image.quantize(128)
    image.save(path, **settings)


def held_out_scenes():
    for line in map(json.loads, (HERE / "image-text/heldout.jsonl").read_text().splitlines()):
        scene = line["scene"]
        yield Scene(**{**scene, "things": tuple(tuple(thing) for thing in scene["things"])})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    pictures = plan(random.Random(SEED), held_out_scenes())
    paths = [path for path, *_ in pictures]
    assert len(set(map(str.lower, paths))) == len(paths), "two pictures of one name"
    assert all(part_of(scene) == "test" for _, scene, _, _ in pictures), "a picture of a trained scene"
    if parser.parse_args().list:
        for path, scene, _, _ in pictures:
            print(json.dumps({"path": path, "scene": asdict(scene)}))
        return
    for folder in {path.split("/")[0] for path in paths}:
        shutil.rmtree(PICTURES / folder, ignore_errors=True)
    for i, (path, scene, size, orientation) in enumerate(pictures):
        save(draw_scene(scene, size, random.Random(SEED * 1000 + i), smooth=2), PICTURES / path, orientation)
    total = sum((PICTURES / path).stat().st_size for path in paths)
    assert total <= MOST_BYTES, f"{total:,} bytes"
    print(f"{len(paths)} pictures, {total:,} bytes")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE / "image-text"))
    from draw import draw_scene
    from heldout import set_scene
    from PIL import Image
    from scenes import Scene, part_of
    main()
