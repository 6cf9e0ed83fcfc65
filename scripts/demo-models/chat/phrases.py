"""Phrasings: a small pattern language, the ways people type, and which phrasings are held out of training.

A pattern is text with (this|that) for a choice and [this] for something optional, nested as needed.
"""
import hashlib
import re
from functools import lru_cache
from typing import NamedTuple, Optional

import scope

# Shares of all phrasings that training never sees: one for decisions, one for the final score.
VALIDATION_SHARE = 0.04
TEST_SHARE = 0.08

# What nearly everyone types first belongs in training whatever its hash says.
ALWAYS_TRAINED = {
    "how do i pull a model", "how do i deploy a model", "how do i stop a model", "how do i delete a model",
    "how do i chat", "how do i search pictures", "where are the models", "what can you do", "who are you",
    "are you a demo", "what is an embedding", "what is a token", "what is quantization", "what is gguf",
    "does it work offline", "what is the capital of france", "what is 2 + 2", "tell me a joke",
    "tell me a story about a fox", "show me hello world in python", "what is my name", "how are you",
    "tell me a story", "write a poem", "what is your name", "what is a local model",
}


class Turn(NamedTuple):
    """One thing a person may say and the answer the model should learn."""
    user: str
    answer: str
    clean: str = ""  # the same words without slips; decides which set the phrasing belongs to
    expect: Optional[dict] = None  # how to check an answer; the exact answer unless said otherwise
    topic: str = ""

    def expectation(self):
        return self.expect or {"equals": [self.answer]}


@lru_cache(maxsize=None)
def parse(pattern):
    """A sequence of strings and choices; a choice is a list of sequences."""
    def sequence(at):
        parts, text = [], ""
        while at < len(pattern) and pattern[at] not in "|)]":
            if pattern[at] in "([":
                closing = ")" if pattern[at] == "(" else "]"
                options = [[""]] if closing == "]" else []
                at += 1
                while True:
                    option, at = sequence(at)
                    options.append(option)
                    if at >= len(pattern):
                        raise ValueError(f"unclosed choice in {pattern!r}")
                    if pattern[at] == closing:
                        break
                    at += 1
                parts += [text, options]
                text = ""
            else:
                text += pattern[at]
            at += 1
        return parts + [text], at

    parts, end = sequence(0)
    if end != len(pattern):
        raise ValueError(f"stray {pattern[end]!r} in {pattern!r}")
    return parts


def expand(rng, pattern):
    def walk(parts):
        return "".join(part if isinstance(part, str) else walk(rng.choice(part)) for part in parts)
    return " ".join(walk(parse(pattern)).split())


def normalise(text):
    """What two phrasings are compared by: case and punctuation do not make a phrasing new."""
    return " ".join(re.sub(r"[^\w+\-*/×÷' ]", " ", text.lower()).replace("'", "").split())


def part_of(text):
    """train, validation or test, by a hash of the words. One or two words are always trained."""
    words = normalise(text)
    if words in ALWAYS_TRAINED or len(words.split()) <= 2:
        return "train"
    share = int.from_bytes(hashlib.sha1(words.encode()).digest()[:4], "big") / 2**32
    if share < TEST_SHARE:
        return "test"
    return "validation" if share < TEST_SHARE + VALIDATION_SHARE else "train"


QUESTION = re.compile(
    r"(how|what|whats|what's|which|who|whos|who's|where|wheres|where's|when|why|is|are|can|could|do|does|did|will|would|am|was|"
    r"should|must|have|has|may)\b", re.I)
OPENERS = ["hi, ", "hey, ", "hello, ", "hello! ", "hi! ", "please ", "ok, ", "ok ", "okay, ", "so ", "so, ", "and ",
           "um, ", "well, ", "cool, ", "great, ", "thanks, ", "excuse me, ", "one question: ", "quick question: ",
           "question: ", "hey there, ", "now ", "then ", "also, ", "sorry, ", "i want to know, ", "tell me, ",
           "please tell me, ", "just curious, ", "i wonder, ", "alright, ", "dear model, ", "hmm, ",
           "i am new here. ", "i have a question. ", "i just installed this. ", "i am a beginner. ", "good morning! ", "nice. ",
           "thank you. ", "great. ", "hi there! ", "one more thing: ", "another question: ", "my next question: ", "no, ", "yes, ", "perfect. "]
CLOSERS = [" please", ", please", " pls", " plz", ", thanks", " thanks", " for me", " now", " then", ", thank you",
           " exactly", " here", " again", ", friend"]
NEIGHBOURS = {a: b for a, b in zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopoasdfghjklkzxcvbn")}


def misspell(rng, word):
    at = rng.randrange(1, len(word))
    kind = rng.random()
    if kind < 0.3 and at + 1 < len(word):  # two letters swapped
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    if kind < 0.6:  # one left out
        return word[:at] + word[at + 1:]
    if kind < 0.8:  # one doubled
        return word[:at] + word[at] + word[at:]
    return word[:at] + NEIGHBOURS.get(word[at], "e") + word[at + 1:]


CONTRACTED = (("what is ", "what's "), ("what is ", "whats "), ("who is ", "who's "), ("i am ", "i'm "), ("i am ", "im "), ("do not ", "don't "),
              ("where is ", "where's "), ("how is ", "how's "), ("it is ", "it's "), ("you are ", "you're "), ("that is ", "that's "))
CHATTY = (("you", "u"), ("are", "r"), ("please", "pls"), ("what", "wat"), ("your", "ur"), ("thanks", "thx"), ("okay", "k"))


def shortened(rng, text):
    """what's for what is; now and then u for you."""
    if rng.random() < 0.3:
        for full, short in rng.sample(CONTRACTED, len(CONTRACTED)):
            if full in text.lower():
                at = text.lower().index(full)
                if at == 0 or text[at - 1] == " ":
                    return text[:at] + short + text[at + len(full):]
    if rng.random() < 0.04:
        words = text.split(" ")
        for full, short in rng.sample(CHATTY, 3):
            words = [short if word == full else word for word in words]
        return " ".join(words)
    return text


def with_slips(rng, text, keep):
    words = text.split(" ")
    able = [i for i, w in enumerate(words) if len(w) >= 4 and w.isascii() and w.isalpha() and w.lower() not in keep]
    for i in rng.sample(able, min(len(able), rng.choice((1, 1, 1, 2)))):
        words[i] = misspell(rng, words[i])
    return " ".join(words)


def typed(rng, text, keep=(), upper=True, around=True, lower=True):
    """(as typed, without slips): openers, closers, case, punctuation and slips of the finger.

    keep: words that must stay as they are because the answer repeats them or turns on them.
    """
    question = bool(QUESTION.match(text))
    if around and rng.random() < 0.2:
        if rng.random() < 0.7:
            text = rng.choice(OPENERS) + text
        else:
            text += rng.choice(CLOSERS)
    clean = text
    text = shortened(rng, text)
    if rng.random() < 0.1:
        keep = {part for word in keep for part in str(word).lower().split()}
        text = with_slips(rng, text, keep)
    style = rng.random()
    end = "?" if question else rng.choice((".", "", "", "!"))
    if style < 0.45 or not lower:
        text = text[:1].upper() + text[1:] if lower or rng.random() < 0.6 else text
        text += end if rng.random() < 0.75 else ""
    elif style < 0.96 - scope.uppercase or not upper:
        text = text.lower() if lower else text
        text += end if rng.random() < 0.35 else ""
        if rng.random() < 0.2:
            text = text.replace("'", "")
        if rng.random() < 0.15:
            text = text.replace(",", "")
    elif style < 0.96:
        text = text.upper() + end
    elif style < 0.98:
        text = text.lower() + rng.choice(("??", " ?", "!!", "...", "?!", " !", " :)"))
    else:
        text = text.title() + end
    return text, clean


def ask(rng, pattern, answer, keep=(), slots=None, expect=None, topic="", **style):
    """A turn from one pattern (or a choice of several) and the answer."""
    text = expand(rng, pattern if isinstance(pattern, str) else rng.choice(pattern))
    for name, value in (slots or {}).items():
        text = text.replace("{" + name + "}", str(value))
    user, clean = typed(rng, text, keep=tuple(keep) + tuple((slots or {}).values()), **style)
    return Turn(user, answer, clean, expect, topic)
