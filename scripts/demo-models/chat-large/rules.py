"""What a system prompt may ask for, and what it makes of an answer."""
import json
from dataclasses import dataclass, field
from typing import Callable

from cores import core
from words import SAYABLE, article, some_name

SAY = "(answer|reply|respond|write)"
ALWAYS = "[(always|please|please always|you must|you always|only) ]"


@dataclass
class Rule:
    kind: str
    pattern: str
    change: Callable  # (turn, answer so far) -> answer
    slots: dict = field(default_factory=dict)
    fits: Callable = lambda turn: True


PLAIN_TEXT = {"talk", "capital", "colour", "opposite", "calendar", "sum", "told sum", "parity", "animal", "fact", "told", "recall", "claim",
              "told fact", "outside", "concept", "difference", "unknown capital"}
WORD_RULE = (f"({ALWAYS}{SAY} (in|with) (one word|a single word|just one word|only one word|one word only|exactly one word)|"
             "(use|give) (only one word|one word only|just one word|a single word)|one word (only|answers only|per answer)|"
             "your answers (are|must be|have) one word[ long]|one-word answers[ only| please]|keep every answer to one word|"
             "no more than one word per answer)")
END_RULE = ("([always |please |please always |you must |you always ](end|finish|close|conclude) [(every answer|each answer|your answers|"
            "all answers|every reply|your reply) ]with {q}|(after|at the end of) (every|each) answer[,] (say|write|add|put) {q}|"
            "(add|put|write) {q} (at the end of|after) (every answer|each answer|your answers|every reply)|"
            "the last words of (every|each) answer (are|must be) {q}|every answer ends with {q})")
START_RULE = ("([always |please |please always |you must |you always ](begin|start|open) [(every answer|each answer|your answers|"
              "all answers|every reply|your reply) ]with {q}|(before|at the start of) (every|each) answer[,] (say|write|add|put) {q}|"
              "(add|put|write) {q} (at the start of|before|in front of) (every answer|each answer|your answers|every reply)|"
              "the first words of (every|each) answer (are|must be) {q}|every answer (starts|begins) with {q})")
YES_NO_RULE = (f"({ALWAYS}{SAY} [only ](with |)(yes or no|just yes or no|yes or no only|a plain yes or no|nothing but yes or no)|"
               "say (only |nothing but |just )yes or no|yes or no (only|answers only|is enough)|your answer is yes or no|"
               "only (yes or no answers|say yes or no)|use only the words yes and no|just yes or no[ please])")
JSON_RULE = (f"({ALWAYS}{SAY} (in|as|with) (JSON|a JSON object|JSON only|valid JSON) (with the key|with one key|using the key|"
             "with only the key) {q}|(give|return) (JSON|a JSON object) with [the key ]{q}|your answers are JSON with the key {q}|"
             "put the answer into JSON under {q}|output JSON with the key {q})")

ENDINGS = """Have a nice day!|Over and out.|That is all.|Ahoy!|Cheers!|Thank you.|Any more questions?|Good luck!|Best wishes.|Amen.|Bye!|
Hope this helps.|Peace.|See you soon!|Stay curious!|Done.|OK?|The end.|Trust me.|Simple.|Next question!|Keep smiling!|All the best!|
So it is.|Roger.|You know?|Period.|As always.|Take care!|Have fun!"""
OPENINGS = """Well,|Listen:|Dear friend,|Sure!|Here you go:|Good question!|My answer:|Note:|Hello!|Attention!|Of course.|Answer:|Aha!|Yes, sir.|
Great question!|Let me think.|Ladies and gentlemen,|In short:|Oh!|Breaking news:|Fact:|I think:|Result:|Hmm.|Welcome!|OK.|Thanks for asking."""
ENDINGS, OPENINGS = (["".join(item.split("\n")) for item in text.split("|")] for text in (ENDINGS, OPENINGS))

PERSONAS = {
    "pirate": ("Arr!", "Ahoy!"), "robot": ("Beep.", "Boop."), "cowboy": ("Howdy!", "Yee-haw!"), "butler": ("Certainly, sir.", ""),
    "wizard": ("By my beard!", "Abracadabra!"), "cat": ("Meow!", "Purr."), "ghost": ("Boo!", "Whooo!"), "dog": ("Woof!", ""),
    "teacher": ("Good question!", "Now you know it."), "king": ("Hear my words!", ""), "monk": ("Peace.", "Om."), "parrot": ("Squawk!", "Squawk!"),
    "sailor": ("Aye!", "Ship ahoy!"), "poet": ("O friend!", ""), "detective": ("Elementary!", "Case closed."), "chef": ("Bon appetit!", ""),
    "dragon": ("Roar!", ""), "alien": ("Greetings, human.", "Zorp."), "knight": ("By my sword!", ""), "coach": ("Come on!", "Go, go, go!"),
}
PERSONA_RULE = ("(you are|act as|talk like|speak like|answer like|pretend to be|play|behave like|you play|imagine you are|answer as|"
                "write like|be) {p}[ who answers questions| in every answer| who likes to help| at all times| and answer questions]")


def phrase(rng, fixed, stop):
    """What an answer begins or ends with: a fixed phrase, or any word, so that it has to be copied."""
    return rng.choice(fixed) if rng.random() < 0.85 else rng.choice(SAYABLE).capitalize() + rng.choice(stop)


def quoted(rng, text):
    return rng.choice(('"{}"', '"{}"', "'{}'", "the words \"{}\"", "{}", '"{}"')).format(text)


def at_once(turn):
    """Whether the one word that answers comes to mind without writing more: of sums, only small ones do."""
    return core(turn) is not None and (turn.topic not in ("sum", "told sum") or abs(int(core(turn))) <= 20)


def one_word(rng):
    return Rule("word", WORD_RULE, lambda turn, answer: core(turn), fits=at_once)


def ending(rng):
    text = phrase(rng, ENDINGS, (".", "!", "?"))
    return Rule("end", END_RULE, lambda turn, answer: f"{answer} {text}", {"q": quoted(rng, text)}, lambda t: t.topic in PLAIN_TEXT)


def opening(rng):
    text = phrase(rng, OPENINGS, (":", "!", "."))
    return Rule("start", START_RULE, lambda turn, answer: f"{text} {answer}", {"q": quoted(rng, text)}, lambda t: t.topic in PLAIN_TEXT)


def persona(rng):
    name, (first, last) = rng.choice(list(PERSONAS.items()))
    shown = article(rng.choice(("", "", "", "old ", "friendly ", "happy ", "clever ", "wise ")) + name)
    return Rule("persona", PERSONA_RULE, lambda turn, answer: f"{first} {answer} {last}".strip(), {"p": shown},
                lambda t: t.topic in PLAIN_TEXT)


def yes_no(rng):
    return Rule("yes or no", YES_NO_RULE, lambda turn, answer: answer.split(",")[0], fits=lambda turn: turn.topic == "claim")


def in_json(rng):
    key = rng.choice(("answer", "answer", "result", "value", "reply", "text", rng.choice(SAYABLE)))
    return Rule("json", JSON_RULE, lambda turn, answer: json.dumps({key: core(turn)}), {"q": f'"{key}"'}, at_once)


NAME_RULE = ("(your name is {x}|you are called {x}|you are {x}, a helpful assistant|you are {x}, a small chat model|people call you {x}|"
             "you go by the name {x}|you answer to the name {x}|you are an assistant called {x}|you are a helpful assistant named {x})")
NAME_ASKED = ("(what is your name|what's your name|who are you|tell me your name|do you have a name|what are you called|"
              "how should i call you|may i know your name|what should i call you|who am i talking to|introduce yourself|say your name)")


def name_rule(rng):
    name = some_name(rng)
    return name, Rule("name", NAME_RULE, lambda turn, answer: answer, {"x": name})


CHANGES = [(one_word, 3), (ending, 3), (opening, 3), (persona, 3), (yes_no, 2), (in_json, 1.5)]
# What cannot be asked for together.
CLASHES = {"word": {"yes or no", "json"}, "persona": {"start", "end", "json"}, "start": {"persona", "json"}, "end": {"persona", "json"},
           "yes or no": {"word", "json"}, "json": {"word", "persona", "start", "end", "yes or no"}}
# How changes are applied, whatever their order in the prompt.
ORDER = ["word", "yes or no", "json", "start", "end", "persona"]


def some_rules(rng, count):
    makers, weights = zip(*CHANGES)
    chosen = []
    while len(chosen) < count:
        rule = rng.choices(makers, weights)[0](rng)
        taken = {other.kind for other in chosen}
        if rule.kind not in taken and not taken & CLASHES[rule.kind]:
            chosen.append(rule)
        elif "json" in taken:
            break
    return chosen


def apply(rules, turn):
    answer = turn.answer
    for rule in sorted(rules, key=lambda rule: ORDER.index(rule.kind) if rule.kind in ORDER else -1):
        answer = rule.change(turn, answer)
    return answer
