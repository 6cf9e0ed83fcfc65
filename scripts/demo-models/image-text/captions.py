"""Saying facts in English: full captions, partial ones, and bare keywords, with synonyms."""
import re

from scenes import SPOTS, descriptions

KIND_WORDS = {"car": "car|automobile", "house": "house|home|building", "tree": "tree", "boat": "boat|ship|sailboat", "ball": "ball",
              "cup": "cup|mug", "chair": "chair|seat", "star": "star", "heart": "heart", "fish": "fish", "flower": "flower|blossom",
              "umbrella": "umbrella|parasol", "mushroom": "mushroom|toadstool", "bottle": "bottle", "key": "key", "hat": "hat",
              "lamp": "lamp|light", "cat": "cat|kitten|kitty", "bird": "bird", "rocket": "rocket|spaceship"}
COLOR_WORDS = {"red": "red|red|scarlet", "purple": "purple|purple|violet"}
PLACE_WORDS = {
    "meadow": "in a meadow|on a meadow|in the grass|on a green field|on a lawn", "beach": "on the beach|at the beach|at the seaside|by the sea",
    "snow": "in the snow|in snow|in winter", "night": "at night|in the dark|under a starry sky", "desert": "in the desert|in the sand dunes",
    "room": "in a room|indoors|inside a house", "city": "in the city|in a town|in front of tall buildings|on a street",
    "mountains": "in the mountains|in front of mountains|in front of a mountain",
    "plain": "on a plain background|without a background|in front of nothing"}
PLACE_NAMES = {
    "meadow": "meadow|grass|field|lawn", "beach": "beach|sea|seaside", "snow": "snow|winter", "night": "night|dark|starry sky|darkness",
    "desert": "desert|dunes", "room": "room|indoors|inside", "city": "city|town|street|tall buildings", "mountains": "mountains|mountain",
    "plain": "plain background|empty background|no background"}
SIZE_WORDS = {"small": "small|little|tiny", "medium": "medium-sized|medium|middle-sized", "big": "big|large|huge"}
COUNT_WORDS = {1: "one|a single|exactly one", 2: "two|2|two|a pair of", 3: "three|3|three", 4: "four|4|four", 5: "five|5|five"}
SPOT_WORDS = {"middle": "in the middle|in the centre", "left": "on the left|at the left edge", "right": "on the right|at the right edge",
              "top": "at the top|at the upper edge", "bottom": "at the bottom|at the lower edge",
              **{spot: f"in the {spot}|in the {spot} corner|{spot}" for spot in SPOTS if " " in spot}}
RELATION_WORDS = {"left": ("left of|to the left of", "right of|to the right of"), "above": ("above|over", "below|under|underneath")}
FRAMES = ("", "", "", "", "a picture of ", "a photo of ", "an image of ", "a drawing of ", "picture with ", "show me ", "find ", "there is ")
PLURALS = {"fish": "fish"}


def one_of(rng, words):
    return rng.choice(words.split("|"))


def plural(word):
    return PLURALS.get(word) or (word[:-1] + "ies" if re.search("[^aeiou]y$", word) else word + ("es" if word.endswith("x") else "s"))


def name(rng, kind, color="", many=False, size=""):
    kind = one_of(rng, KIND_WORDS[kind])
    words = [one_of(rng, SIZE_WORDS[size]) if size else "", one_of(rng, COLOR_WORDS.get(color, color)) if color else "",
             plural(kind) if many else kind]
    return " ".join(word for word in words if word)


def with_article(text):
    return ("an " if text[0] in "aeio" or text.startswith("umb") else "a ") + text


def full(rng, scene):
    """(facts, text) that tell everything."""
    things = [name(rng, kind, color) for kind, color in scene.things]
    place = one_of(rng, PLACE_WORDS[scene.place])
    if scene.layout == "one":
        kind, color = scene.things[0]
        text = with_article(name(rng, kind, color, size=scene.size)) + " " + one_of(rng, SPOT_WORDS[scene.spot])
        facts = {("thing", kind, color), ("size", scene.size), ("spot", scene.spot)}
    elif scene.layout == "many":
        kind, color = scene.things[0]
        text = one_of(rng, COUNT_WORDS[scene.count]) + " " + name(rng, kind, color, many=True)
        facts = {("count", scene.count, kind, color)}
    else:
        text = related(rng, scene.relation, *(with_article(thing) for thing in things))
        facts = {(scene.relation, *scene.things)}
    facts = frozenset(facts | {("place", scene.place)})
    return facts, framed(rng, f"{place} {text}" if rng.random() < 0.15 else f"{text} {place}")


def related(rng, relation, first, second):
    forward, backward = RELATION_WORDS[relation]
    if rng.random() < 0.5:
        return f"{first} {one_of(rng, forward)} {second}"
    return f"{second} {one_of(rng, backward)} {first}"


def framed(rng, text):
    return rng.choice(FRAMES) + text


def partial(rng, scene):
    """(facts, text) that tell some of it, as a phrase."""
    facts, text = set(), ""
    kind, color = rng.choice(scene.things)
    said_color = color if rng.random() < 0.7 else ""
    if scene.layout == "pair" and rng.random() < 0.75:
        first, second = (rng.choice(descriptions(thing)) for thing in scene.things)
        if rng.random() < 0.6:
            facts.add((scene.relation, first, second))
            text = related(rng, scene.relation, with_article(name(rng, *first)), with_article(name(rng, *second)))
        else:
            facts.add(("both", *sorted((first, second))))
            both = [with_article(name(rng, *thing)) for thing in (first, second)]
            rng.shuffle(both)
            text = rng.choice((" and ", " and ", " with ", " next to ")).join(both)
    elif scene.layout == "many" and rng.random() < 0.8:
        facts.add(("count", scene.count, kind, said_color))
        text = one_of(rng, COUNT_WORDS[scene.count]) + " " + name(rng, kind, said_color, many=True)
    else:
        facts.add(("thing", kind, color) if said_color else ("kind", kind))
        size = scene.size if scene.layout == "one" and rng.random() < 0.5 else ""
        text = name(rng, kind, said_color, size=size)
        if size:
            facts.add(("size", size))
        if scene.layout == "one" and rng.random() < 0.15:
            facts.add(("count", 1, kind, said_color))
            text = one_of(rng, COUNT_WORDS[1]) + " " + text
        else:
            text = with_article(text)
        if scene.layout == "one" and rng.random() < 0.4:
            facts.add(("spot", scene.spot))
            text += " " + one_of(rng, SPOT_WORDS[scene.spot])
    if rng.random() < 0.45:
        facts.add(("place", scene.place))
        text += " " + one_of(rng, PLACE_WORDS[scene.place])
    return frozenset(facts), framed(rng, text)


def bare(rng, scene):
    """(facts, text): what people type into a search box."""
    kind, color = rng.choice(scene.things)
    thing = frozenset({("thing", kind, color)})
    draw = rng.random()
    if scene.layout == "many" and draw < 0.35:
        said = color if rng.random() < 0.5 else ""
        return frozenset({("count", scene.count, kind, said)}), one_of(rng, COUNT_WORDS[scene.count]) + " " + name(rng, kind, said, many=True)
    if scene.layout == "pair" and draw < 0.2:
        first, second = (rng.choice(descriptions(t)) for t in rng.sample(scene.things, 2))
        return frozenset({("both", *sorted((first, second)))}), name(rng, *first) + " " + rng.choice(("", "and ")) + name(rng, *second)
    if draw < 0.55:
        return thing, name(rng, kind, color, many=rng.random() < 0.2)
    if draw < 0.7:
        return frozenset({("kind", kind)}), name(rng, kind, many=rng.random() < 0.25)
    place = ("place", scene.place)
    if draw < 0.78:
        return frozenset({place}), one_of(rng, (PLACE_NAMES if rng.random() < 0.7 else PLACE_WORDS)[scene.place])
    if draw < 0.9:
        return thing | {place}, name(rng, kind, color) + " " + one_of(rng, (PLACE_NAMES if rng.random() < 0.5 else PLACE_WORDS)[scene.place])
    if draw < 0.95:
        return frozenset({("kind", kind), place}), name(rng, kind) + " " + one_of(rng, PLACE_NAMES[scene.place])
    return frozenset({("color", color)}), one_of(rng, COLOR_WORDS.get(color, color))


def any_caption(rng, scene):
    return rng.choices((full, partial, bare), (0.3, 0.3, 0.4))[0](rng, scene)
