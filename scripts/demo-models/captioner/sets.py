"""The image-text model's sets of scenes with captions in this model's words; the pictures are on that model's sheets."""
import json

from caption import canonical
from heldout import assert_held_out, read_pictures  # in ../image-text
from scenes import Scene, part_of


def read_scenes(path):
    """[(scene, line)]"""
    for line in map(json.loads, path.read_text().splitlines()):
        scene = line["scene"]
        yield Scene(**{**scene, "things": tuple(tuple(thing) for thing in scene["things"])}), line


def write_set(source, part, trained, target):
    """Writes captions and where each picture is, after making sure that no scene was trained. Returns how many."""
    chosen = list(read_scenes(source))
    assert all(part_of(scene) == part for scene, _ in chosen), f"not only scenes of the {part} part"
    assert_held_out([(scene, line["caption"]) for scene, line in chosen], trained)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(json.dumps({"caption": canonical(scene), "layout": scene.layout, "unknown": line["unknown"],
                                          "box": line["box"]}) + "\n" for scene, line in chosen))
    return len(chosen)


def captions_and_pictures(lines, sheet):
    return zip(*read_pictures(lines, sheet))
