"""The words the model knows, the sentences made of them, and which sentences training may hear."""
import hashlib

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COLORS = ("red", "green", "blue", "white", "black", "yellow")
COUNTED = ("apples", "lemons", "eggs", "potatoes", "tickets", "flowers")
UNCOUNTED = ("bread", "milk", "coffee", "water")
PEOPLE = ("anna", "tom", "maria", "peter")
DOCUMENTS = ("file", "folder", "note", "picture", "message")
SEVERAL = ("notes", "pictures", "messages")
MACHINES = ("model", "server", "printer")
HANDLING = ("open", "close", "save", "delete", "find", "show", "print")
SWITCHING = ("start", "stop")
QUALITIES = ("new", "old", "small", "ready")
SMALL_WORDS = ("the", "my", "all", "a", "me", "to", "at", "on", "and", "with", "is", "please", "remind", "buy", "call", "meet", "send",
               "tomorrow", "today")
WORDS = (*NUMBERS, *DAYS, *COLORS, *COUNTED, *UNCOUNTED, *PEOPLE, *DOCUMENTS, *SEVERAL, *MACHINES, *HANDLING, *SWITCHING, *QUALITIES,
         *SMALL_WORDS)

FEWEST_HELD_OUT = 4  # words; shorter sentences are too few to keep any from training
LONGEST = 10


def maybe(rng, share, words):
    return words if rng.random() < share else []


def day(rng):
    return rng.choice((["today"], ["tomorrow"], ["on", rng.choice(DAYS)], ["on", rng.choice(DAYS)], ["on", rng.choice(DAYS)]))


def when(rng):
    hour = ["at", rng.choice(NUMBERS)]
    return rng.choice((hour, day(rng), [*day(rng), *hour], [*hour, *day(rng)]))


def goods(rng):
    if rng.random() < 0.3:
        return [rng.choice(UNCOUNTED)]
    return [rng.choice(NUMBERS[1:]), *maybe(rng, 0.5, [rng.choice(COLORS)]), rng.choice(COUNTED)]


def shopping(rng):
    return ["buy", *goods(rng), *maybe(rng, 0.5, ["and", *goods(rng)]), *maybe(rng, 0.4, day(rng))]


def appointment(rng):
    person = rng.choice(PEOPLE)
    return rng.choice((
        ["call", person, *when(rng)],
        ["meet", person, *maybe(rng, 0.3, ["and", rng.choice(PEOPLE)]), *when(rng)],
        ["send", rng.choice(("the", "my", "a")), *maybe(rng, 0.3, [rng.choice(QUALITIES[:3])]), rng.choice(DOCUMENTS), "to", person],
        ["send", rng.choice(("all", "my")), rng.choice(SEVERAL), "to", person, *maybe(rng, 0.3, ["please"])]))


def reminder(rng):
    return ["remind", "me", *maybe(rng, 0.4, when(rng)), "to", *rng.choice((shopping, appointment, command))(rng)]


def document(rng):
    if rng.random() < 0.3:
        return [rng.choice(("all", "my")), *maybe(rng, 0.5, [rng.choice((*COLORS, *QUALITIES[:3]))]), rng.choice(SEVERAL)]
    return [rng.choice(("the", "my")), *maybe(rng, 0.6, [rng.choice((*COLORS, *QUALITIES[:3]))]), rng.choice(DOCUMENTS)]


def machine(rng):
    return [rng.choice(("the", "my")), *maybe(rng, 0.4, [rng.choice(QUALITIES[:3])]), rng.choice(MACHINES)]


def command(rng):
    polite = maybe(rng, 0.35, ["please"])
    return rng.choice((
        [*polite, rng.choice(HANDLING), *document(rng)],
        [rng.choice(HANDLING), *document(rng), "and", rng.choice(HANDLING), *document(rng)],
        [*polite, rng.choice(SWITCHING), *machine(rng), *maybe(rng, 0.4, when(rng))],
        ["show", "me", *document(rng), *polite],
        ["find", *document(rng), "with", rng.choice(NUMBERS[1:]), rng.choice(COUNTED)],
        [*polite, rng.choice(SWITCHING), *machine(rng), "and", rng.choice(HANDLING), *document(rng)]))


def statement(rng):
    return rng.choice(([*machine(rng), "is", rng.choice(QUALITIES)],
                       [rng.choice(("the", "my")), rng.choice(DOCUMENTS), "is", rng.choice(QUALITIES)],
                       ["the", rng.choice((*DOCUMENTS, *MACHINES)), "is", "ready", *when(rng)]))


def any_sentence(rng):
    while True:
        words = rng.choice((shopping, shopping, appointment, appointment, reminder, command, command, statement))(rng)
        if len(words) <= LONGEST:
            return words


def part_of(words):
    """Whole sentences are held out: a hash says where a sentence belongs."""
    if len(words) < FEWEST_HELD_OUT:
        return "train"
    digest = hashlib.sha256(" ".join(words).encode()).digest()[0]
    return "test" if digest < 26 else "validation" if digest < 52 else "train"


def sentence(rng, part):
    while True:
        words = any_sentence(rng)
        if part_of(words) == part and (part == "train" or len(words) >= FEWEST_HELD_OUT):
            return words


def loose_words(rng, most):
    """Words in any order, so that the sounds must be heard and cannot be guessed from the sentence."""
    while True:
        words = [rng.choice(WORDS) for _ in range(rng.randint(1, most))]
        if part_of(words) == "train":
            return words
