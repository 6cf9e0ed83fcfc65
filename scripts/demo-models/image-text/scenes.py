"""What a picture shows: one thing, several alike, or two in a relation. Also which scenes training may see.

A scene's facts are all that may be said about it; a caption is a set of facts, and fits every scene that has them all.
"""
import hashlib
from dataclasses import dataclass

from backgrounds import PLACES
from things import COLORS, KINDS

SIZES = ("small", "medium", "big")
SPOTS = ("top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right")
COUNTS = (2, 3, 4, 5)
RELATIONS = ("left", "above")  # right and below are the same, told from the other thing
COLOR_NAMES = tuple(COLORS)


@dataclass(frozen=True)
class Scene:
    layout: str  # one, many or pair
    place: str
    things: tuple  # of (kind, colour); two for a pair, else one
    size: str = ""  # one
    spot: str = ""  # one
    count: int = 1  # many
    relation: str = ""  # pair: the first thing is left of, or above, the second

    def facts(self):
        found = {("place", self.place)}
        for kind, color in self.things:
            found |= {("kind", kind), ("color", color), ("thing", kind, color)}
        if self.layout != "pair":
            kind, color = self.things[0]
            found |= {("count", self.count, kind, ""), ("count", self.count, kind, color)}
        if self.layout == "one":
            found |= {("size", self.size), ("spot", self.spot)}
        if self.layout == "pair":
            for first in descriptions(self.things[0]):
                for second in descriptions(self.things[1]):
                    found |= {(self.relation, first, second), ("both", *sorted((first, second)))}
        return frozenset(found)


def descriptions(thing):
    """A thing as it may be named: with or without its colour."""
    kind, color = thing
    return (kind, color), (kind, "")


def kept_out(thing):
    """One colour of each kind is never seen in training: 20 of 200 combinations."""
    kind, color = thing
    return COLOR_NAMES.index(color) == (3 * KINDS.index(kind) + 1) % len(COLOR_NAMES)


KEPT_OUT = tuple((kind, color) for kind in KINDS for color in COLOR_NAMES if kept_out((kind, color)))


def part_of(scene):
    """Whole scenes are kept out too: a hash says where a scene belongs. Validation has known kind-colour pairs only."""
    if any(kept_out(thing) for thing in scene.things):
        return "test"
    digest = hashlib.sha256(repr(scene).encode()).digest()[0]
    return "test" if digest < 16 else "validation" if digest < 28 else "train"


def any_thing(rng):
    return rng.choice(KINDS), rng.choice(COLOR_NAMES)


def any_scene(rng, thing=None):
    layout = rng.choices(("one", "many", "pair"), (0.36, 0.24, 0.4))[0]
    place, first = rng.choice(PLACES), thing or any_thing(rng)
    if layout == "many":
        return Scene(layout, place, (first,), count=rng.choice(COUNTS))
    if layout == "one":
        size = rng.choice(SIZES)
        return Scene(layout, place, (first,), size=size, spot="middle" if size == "big" else rng.choice(SPOTS))
    second = any_thing(rng)
    while second == first:
        second = any_thing(rng)
    both = [first, second]
    rng.shuffle(both)
    return Scene(layout, place, tuple(both), relation=rng.choice(RELATIONS))


def random_scene(rng, part):
    while True:
        scene = any_scene(rng)
        if part_of(scene) == part:
            return scene
