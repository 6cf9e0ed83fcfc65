"""Sets of scenes for checking, their pictures on one sheet, and what people would type to find them."""
import json
import random
from dataclasses import asdict

from PIL import Image

from captions import COUNT_WORDS, PLACE_NAMES, full, name, one_of
from draw import draw_scene
from scenes import COUNTS, KEPT_OUT, KINDS, PLACES, any_scene, kept_out, part_of

CELL, COLUMNS = 128, 25
UNKNOWN_SHARE = 0.3  # of the test scenes show a kind in a colour that training never shows
FEWEST = 3  # scenes that must fit a bare query


def set_scene(rng, part, unknown):
    """unknown: with a kind in a colour that training never shows."""
    while True:
        scene = any_scene(rng, rng.choice(KEPT_OUT) if unknown else None)
        if part_of(scene) == part and unknown == any(kept_out(thing) for thing in scene.things):
            return scene


def make_set(part, count, seed):
    """[(scene, caption)]; the caption fits no other scene of the set."""
    rng = random.Random(seed)
    chosen = []
    while len(chosen) < count:
        scene = set_scene(rng, part, unknown=part == "test" and rng.random() < UNKNOWN_SHARE)
        facts, caption = full(rng, scene)
        if any(facts <= other.facts() or others <= scene.facts() for other, others, _ in chosen):
            continue
        chosen.append((scene, facts, caption))
    return [(scene, caption) for scene, _, caption in chosen]


def bare_queries(scenes, seed):
    """Keywords that fit at least three scenes: kind and colour, number and kind, kind and place."""
    rng = random.Random(seed)
    facts = [scene.facts() for scene in scenes]
    asked = [("colour", {("thing", *thing)}, name(rng, *thing)) for thing in sorted({t for s in scenes for t in s.things})]
    asked += [("number", {("count", n, kind, "")}, one_of(rng, COUNT_WORDS[n]) + " " + name(rng, kind, many=True)) for n in COUNTS for kind in KINDS]
    asked += [("place", {("kind", kind), ("place", place)}, name(rng, kind) + " " + one_of(rng, PLACE_NAMES[place]))
              for kind in KINDS for place in PLACES]
    queries = []
    for about, wanted, text in asked:
        fitting = [i for i, have in enumerate(facts) if wanted <= have]
        if len(fitting) >= FEWEST:
            queries.append({"query": text, "about": about, "fits": fitting})
    return queries


def write_set(chosen, seed, sheet_path, scenes_path, queries_path):
    """One sheet of pictures; a line per scene says where on it the picture is; and the bare queries."""
    rng = random.Random(seed)
    sheet = Image.new("RGB", (COLUMNS * CELL, -(-len(chosen) // COLUMNS) * CELL), (255, 255, 255))
    lines = []
    for i, (scene, caption) in enumerate(chosen):
        x, y = i % COLUMNS * CELL, i // COLUMNS * CELL
        width, height = rng.choice(((128, 128), (128, 96), (96, 128), (128, 85), (112, 112)))
        sheet.paste(draw_scene(scene, (width, height), rng, smooth=2), (x, y))
        lines.append({"caption": caption, "box": [x, y, width, height], "unknown": any(kept_out(t) for t in scene.things),
                      "scene": asdict(scene)})
    sheet.save(sheet_path, quality=90, method=6)
    queries = bare_queries([scene for scene, _ in chosen], seed)
    for path, content in ((scenes_path, lines), (queries_path, queries)):
        path.write_text("".join(json.dumps(line) + "\n" for line in content))
    return len(queries)


def assert_held_out(chosen, trained):
    """trained: every scene that training draws."""
    leaked = {scene for scene, _ in chosen} & trained
    unknown = [scene for scene in trained if any(kept_out(thing) for thing in scene.things)]
    if leaked or unknown:
        raise AssertionError(f"held-out scenes that training saw: {list(leaked)[:3]}, {unknown[:3]}")


def read_pictures(scenes_path, sheet_path):
    """[(caption, picture)]"""
    sheet = Image.open(sheet_path).convert("RGB")
    for line in map(json.loads, scenes_path.read_text().splitlines()):
        x, y, width, height = line["box"]
        yield line["caption"], sheet.crop((x, y, x + width, y + height))
