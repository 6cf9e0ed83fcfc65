"""Draws a scene. Other scripts make the demo pictures with it:

    from draw import draw_scene
    from scenes import random_scene
    image = draw_scene(random_scene(random.Random(1), "test"), (640, 480), random.Random(2))
"""
from backgrounds import PAINT
from pen import Pen
from PIL import Image
from things import COLORS, DRAW

# Side of a thing, as a share of the shorter side of the picture.
SIDES = {"small": (0.19, 0.25), "medium": (0.34, 0.42), "big": (0.62, 0.75)}
SIDES_OF_MANY = {2: (0.27, 0.36), 3: (0.25, 0.33), 4: (0.23, 0.3), 5: (0.22, 0.27)}
SIDES_OF_PAIR = (0.28, 0.4)
SPOT_CENTRES = {"left": 0.19, "middle": 0.5, "right": 0.81, "top": 0.2, "bottom": 0.8}


def shaded(rng, color, spread=12):
    return tuple(max(0, min(255, part + rng.randint(-spread, spread))) for part in color)


def put(rng, image, thing, centre, side):
    """Draws a thing around a point given in shares of the picture; it stays inside. Returns (thing, its box in shares)."""
    kind, color = thing
    width, height = side * rng.uniform(0.92, 1.08), side * rng.uniform(0.92, 1.08)
    left = min(max(centre[0] * image.width - width / 2, 1), image.width - width - 1)
    top = min(max(centre[1] * image.height - height / 2, 1), image.height - height - 1)
    DRAW[kind](Pen(image, (left, top, width, height), shaded(rng, COLORS[color]), flip=rng.random() < 0.5))
    return thing, (left / image.width, top / image.height, (left + width) / image.width, (top + height) / image.height)


def spot_centre(spot):
    x = next((SPOT_CENTRES[word] for word in ("left", "right") if word in spot), 0.5)
    y = next((SPOT_CENTRES[word] for word in ("top", "bottom") if word in spot), 0.5)
    return x, y


def scatter(rng, count, side, size):
    """Centres whose boxes do not overlap."""
    for attempt in range(2000):
        shrink = 1 - attempt / 6000
        wide, tall = shrink * side / size[0], shrink * side / size[1]
        centres = [(rng.uniform(wide / 2, 1 - wide / 2), rng.uniform(tall / 2, 1 - tall / 2)) for _ in range(count)]
        if all(abs(a[0] - b[0]) > wide * 1.08 or abs(a[1] - b[1]) > tall * 1.08
               for i, a in enumerate(centres) for b in centres[:i]):
            return centres, side * shrink
    raise AssertionError("no room for so many things")


def draw_scene(scene, size, rng, smooth=1):
    """A picture of `size` = (width, height). `smooth` 2 draws it twice as large first, for pictures that people look at."""
    return draw_with_boxes(scene, size, rng, smooth)[0]


def draw_with_boxes(scene, size, rng, smooth=1):
    """(picture, [(thing, its box in shares of the picture)])"""
    canvas = (size[0] * smooth, size[1] * smooth)
    image, short, boxes = PAINT[scene.place](rng, canvas), min(canvas), []
    if scene.layout == "one":
        x, y = spot_centre(scene.spot)
        centre = (x + rng.uniform(-0.05, 0.05), y + rng.uniform(-0.05, 0.05))
        boxes.append(put(rng, image, scene.things[0], centre, short * rng.uniform(*SIDES[scene.size])))
    elif scene.layout == "many":
        centres, side = scatter(rng, scene.count, short * rng.uniform(*SIDES_OF_MANY[scene.count]), canvas)
        for centre in centres:
            boxes.append(put(rng, image, scene.things[0], centre, side))
    else:
        along = sorted((rng.uniform(0.18, 0.34), rng.uniform(0.66, 0.82)))
        across = rng.uniform(0.3, 0.7)
        for thing, place in zip(scene.things, along):
            other = across + rng.uniform(-0.1, 0.1)
            centre = (place, other) if scene.relation == "left" else (other, place)
            boxes.append(put(rng, image, thing, centre, short * rng.uniform(*SIDES_OF_PAIR)))
    return (image if smooth == 1 else image.resize(size, Image.LANCZOS)), boxes
