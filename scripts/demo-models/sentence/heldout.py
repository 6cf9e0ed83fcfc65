"""Sets of paraphrase pairs for checking: meanings that training never sees, in any wording."""
import json
import random

from corpus import meaning_name, pair, part_of, plain, random_meaning


def make_set(part, count, seed):
    """Pairs of different meanings. Half of them have a neighbour that differs in one slot only."""
    rng = random.Random(seed)
    lines, seen, texts, last = [], set(), set(), None
    while len(lines) < count:
        near = last if last and rng.random() < 0.5 else None
        meaning = random_meaning(rng, part, near=near)
        a, b = pair(rng, meaning)
        if meaning in seen or plain(a) in texts or plain(b) in texts:
            continue
        seen.add(meaning)
        texts.update((plain(a), plain(b)))
        lines.append({"a": a, "b": b, "meaning": meaning_name(meaning)})
        if part_of(meaning) != part:
            raise AssertionError(f"not of the {part} part: {meaning_name(meaning)}")
        last = meaning
    return lines


def assert_held_out(lines, trained):
    asked = {plain(line[side]) for line in lines for side in ("a", "b")}
    leaked = asked & trained
    if leaked:
        raise AssertionError(f"held-out texts that training saw: {sorted(leaked)[:5]}")
    return len(asked), len(trained)


def word_overlap_top1(lines):
    """How many partners counting common words alone finds: what the score must be compared with."""
    first, second = ([set(plain(line[side]).split()) for line in lines] for side in ("a", "b"))
    right = 0
    for i, words in enumerate(first):
        scores = [len(words & other) / len(words | other) for other in second]
        right += max(range(len(scores)), key=scores.__getitem__) == i
    return right / len(lines)


def write(lines, path):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]
