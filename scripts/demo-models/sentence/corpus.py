"""The generated language: topics, frames, ways of saying them, words. Read from corpus/*.txt.

`name = concept; concept` is a word list, a concept's synonyms divided by |. `== name` starts a frame; every line under it is one way
of saying the same thing, with (this|or that) and {word list}. {city:a} and {city:b} are two words of one list.
A meaning is a frame with one concept in each of its slots; two texts of one meaning are paraphrases.
"""
import hashlib
import random
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "corpus"
SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
CHOICE = re.compile(r"\(([^()]*)\)")
NO_ON = re.compile(r"\bon (tomorrow|tonight|this evening|the weekend|next|the coming|Christmas)", re.I)
VOWEL = re.compile(r"\b([Aa]) (?=[aeiouAEIO])(?!one|uni|use|us |eu)")
OTHER_SAME = 0.1  # of the pairs use one and the same line twice, with other words


class Frame:
    def __init__(self, topic, name):
        self.topic, self.name, self.lines = topic, name, []

    def slots(self):
        return sorted(set(SLOT.findall(self.lines[0])))


def read_corpus():
    """(word lists, frames); a word list is a list of synonym lists"""
    lists, frames = {}, []
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text().splitlines():
            if line.startswith("== "):
                frames.append(Frame(path.stem, line[3:].strip()))
            elif re.match(r"\w+ = ", line):
                name, concepts = line.split(" = ", 1)
                if name in lists:
                    raise ValueError(f"{path.name}: word list {name} is there twice")
                lists[name] = [[word.strip() for word in concept.split("|")] for concept in concepts.split(";")]
            elif line and not line.startswith("#"):
                frames[-1].lines.append(line)
    for frame in frames:
        for line in frame.lines:
            expanded = [SLOT.findall(CHOICE.sub(r"\1", line))]
            if set(expanded[0]) != set(frame.slots()):
                raise ValueError(f"{frame.topic}, {frame.name}: other slots in “{line}”")
    return lists, frames


LISTS, FRAMES = read_corpus()
TOPICS = sorted({frame.topic for frame in FRAMES})


def meaning_name(meaning):
    frame = FRAMES[meaning[0]]
    values = [f"{role or name}={LISTS[name][value][0]}" for (name, role), value in zip(frame.slots(), meaning[1])]
    return f"{frame.topic}/{frame.name}: {', '.join(values)}"


def part_of(meaning):
    """Every meaning belongs to training, validation or test, by a hash; so whole combinations are kept out, not only texts."""
    digest = hashlib.sha256(meaning_name(meaning).encode()).digest()[0]
    return "test" if digest < 24 else "validation" if digest < 36 else "train"


def random_meaning(rng, part, frame=None, near=None):
    """(frame index, concept index per slot); `near` is a meaning of which one slot is to change."""
    for _ in range(200):
        index = near[0] if near else rng.randrange(len(FRAMES)) if frame is None else frame
        slots = FRAMES[index].slots()
        values = list(near[1]) if near else [rng.randrange(len(LISTS[name])) for name, _ in slots]
        if near:
            slot = rng.randrange(len(slots))
            values[slot] = rng.randrange(len(LISTS[slots[slot][0]]))
        doubled = len({(name, value) for (name, _), value in zip(slots, values)}) < len(slots)
        meaning = (index, tuple(values))
        if not doubled and part_of(meaning) == part and meaning != near:
            return meaning
    return random_meaning(rng, part)


def say(rng, meaning, line):
    """One text: a way of saying the meaning, with chosen synonyms."""
    frame = FRAMES[meaning[0]]
    while CHOICE.search(line):
        line = CHOICE.sub(lambda match: rng.choice(match[1].split("|")), line, count=1)
    for (name, role), value in zip(frame.slots(), meaning[1]):
        line = line.replace("{%s%s}" % (name, ":" + role if role else ""), rng.choice(LISTS[name][value]))
    line = NO_ON.sub(r"\1", re.sub(r"\s+", " ", line).strip())
    line = VOWEL.sub(r"\1n ", line.replace(" ,", ",").replace(" ?", "?").replace("()", ""))
    if rng.random() < 0.2:
        line = line.rstrip("?")
    return line[0].upper() + line[1:]


def pair(rng, meaning):
    """Two different texts of one meaning."""
    lines = FRAMES[meaning[0]].lines
    first, second = rng.sample(lines, 2)
    if rng.random() < OTHER_SAME:
        second = first
    a = say(rng, meaning, first)
    for _ in range(20):
        b = say(rng, meaning, second)
        if plain(a) != plain(b):
            return a, b
    return a, say(rng, meaning, rng.choice([line for line in lines if line != first]))


def plain(text):
    """As texts are compared: words only, small letters."""
    return " ".join(re.findall(r"\w+", text.lower()))


def all_words():
    """Every text a word list or a frame holds, for the tokenizer."""
    for concepts in LISTS.values():
        for concept in concepts:
            yield from concept
    for frame in FRAMES:
        for line in frame.lines:
            yield SLOT.sub(" ", re.sub(r"[()|]", " ", line))


if __name__ == "__main__":
    shown = random.Random()
    words = {word for text in all_words() for word in plain(text).split()}
    meanings = 0
    for frame in FRAMES:
        count = 1
        for name, _ in frame.slots():
            count *= len(LISTS[name])
        meanings += count
    print(f"{len(FRAMES)} frames, {sum(len(f.lines) for f in FRAMES)} lines, {meanings:,} meanings, {len(words)} words")
    for _ in range(25):
        print(*pair(shown, random_meaning(shown, "train")), sep="\n    ")
