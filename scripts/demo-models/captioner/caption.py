"""The one caption of a scene: always the same words in the same order, so that it is either fully right or wrong."""
from captions import plural, with_article  # in ../image-text

SIZE = {"small": "small ", "medium": "medium-sized ", "big": "big "}
COUNT = {2: "two", 3: "three", 4: "four", 5: "five"}
PLACE = {"meadow": "in a meadow", "beach": "on the beach", "snow": "in the snow", "night": "at night", "desert": "in the desert",
         "room": "in a room", "city": "in the city", "mountains": "in the mountains", "plain": "on a plain background"}
RELATION = {"left": "left of", "above": "above"}


def spot_words(spot):
    if spot == "middle":
        return "in the middle"
    return f"on the {spot}" if spot in ("left", "right") else f"at the {spot}"


def canonical(scene):
    """`a small red car on the beach, at the top left`, `two red cars on the beach`, `a red car above a blue hat on the beach`."""
    kind, color = scene.things[0]
    place = PLACE[scene.place]
    if scene.layout == "one":
        return f"{with_article(f'{SIZE[scene.size]}{color} {kind}')} {place}, {spot_words(scene.spot)}"
    if scene.layout == "many":
        return f"{COUNT[scene.count]} {color} {plural(kind)} {place}"
    first, second = (with_article(f"{c} {k}") for k, c in scene.things)
    return f"{first} {RELATION[scene.relation]} {second} {place}"
