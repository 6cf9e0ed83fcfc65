"""Chats whose system prompt must be followed."""
import rules as all_rules
from claims import claim
from conversations import FAMILIES as CHAT_FAMILIES
from conversations import PLAIN_PROMPT, drawn
from cores import fact
from memory import Memory
from phrases import ask, expand, part_of
from smalltalk import talk
from told_facts import question as asked_fact
from told_facts import sentence, some_fact

GREETINGS = ("You are a helpful assistant.", "You are a friendly assistant.", "You are a chat model.", "You are a small assistant.",
             "You help people.", "Be kind.", "You are an assistant in VS Code.")

# What may be talked about: name in a rule, topics it covers.
SUBJECTS = {"capitals": {"capital"}, "colours": {"colour"}, "opposites": {"opposite"}, "sums": {"sum", "told sum"}, "animals": {"animal"},
            "the calendar": {"calendar"}}
ONLY_RULE = ("(only (answer|take) questions about {s}|you only (answer|talk about|know) {s}|talk about {s} only|"
             "answer nothing but questions about {s}|"
             "your only subject is {s}|you may only talk about {s}|stick to {s}|say no to everything but {s})")
NEVER_RULE = ("(do not (answer|take) questions about {s}|never (answer questions|talk|say anything) about {s}|do not talk about {s}|"
              "you may not talk about {s}|avoid {s}|refuse all questions about {s}|{s} are forbidden)")


def cased(text):
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def prompt_text(rng, sentences):
    if rng.random() < 0.3:
        sentences = [rng.choice(GREETINGS), *sentences]
    return rng.choice((" ", " ", " ", "\n")).join(sentences)


def written(rng, pattern, slots):
    text = expand(rng, pattern)
    for name, value in slots.items():
        text = text.replace("{" + name + "}", str(value))
    return cased(text)


def in_part(rng, part, make, tries=2000):
    """A system prompt whose own words belong to the wanted part."""
    for _ in range(tries):
        made = make()
        if made and part_of(made[0]) == part:
            return made
    raise RuntimeError("no system prompt of this part")


def ruled_question(rng, part, rules):
    """A question to which all rules can be applied."""
    kinds = {rule.kind for rule in rules}
    for _ in range(3000):
        if "yes or no" in kinds:
            turn = drawn(part, lambda: claim(rng))
        elif kinds & {"word", "json"} or rng.random() < 0.65:
            turn = fact(rng, part)
        elif rng.random() < 0.3:
            turn = drawn(part, lambda: claim(rng))
        else:
            families, weights = zip(*CHAT_FAMILIES)
            turn = drawn(part, lambda: rng.choices(families, weights)[0](rng))
        if all(rule.fits(turn) for rule in rules) and (len(turn.answer) < 110 or rng.random() < 0.2):
            return turn
    return None


def turns_count(rng):
    return rng.choice((1, 1, 2, 3, 4, 5))


def ruled_chat(rng, part, count=None, turns=None):
    count = count or rng.choices((1, 2), (8, 2))[0]

    def make():
        rules = all_rules.some_rules(rng, count)
        sentences = [written(rng, rule.pattern, rule.slots) for rule in rules]
        return prompt_text(rng, sentences), rules
    system, rules = in_part(rng, part, make)
    said = []
    for _ in range(turns or turns_count(rng)):
        turn = ruled_question(rng, part, rules)
        if turn:
            answer = all_rules.apply(rules, turn)
            said.append(turn._replace(answer=answer, expect=None, topic=" + ".join(sorted(rule.kind for rule in rules))))
    return system, said


def named_chat(rng, part, turns=None):
    """The model has been given a name; other questions are answered as ever."""
    def make():
        name, rule = all_rules.name_rule(rng)
        return prompt_text(rng, [written(rng, rule.pattern, rule.slots)]), name
    system, name = in_part(rng, part, make)
    said = [drawn(part, lambda: fact(rng, part)) for _ in range((turns or turns_count(rng)) - 1)]
    said.append(drawn(part, lambda: ask(rng, all_rules.NAME_ASKED, f"My name is {name}.", topic="name")))
    return system, said


def about_user(rng, part, turns=None):
    """The system prompt says who the user is."""
    told = {"name": "(the user is called {x}|the user's name is {x}|you talk to {x}|you are talking to {x}|the name of the user is {x})",
            "home": "(the user lives in {x}|the user is from {x}|the user's home is {x})",
            "colour": "(the user likes the colour {x}|the user's favourite colour is {x})",
            "pet": "(the user has a {a} called {x}|the user's {a} is called {x})"}

    def make():
        memory, sentences = Memory(), []
        for kind in rng.sample(list(told), rng.choice((1, 1, 2, 3))):
            _, (kind, value, animal) = memory.tell(rng, kind)
            memory.learn((kind, value, animal))
            sentences.append(written(rng, told[kind], {"x": value, "a": animal}))
        return prompt_text(rng, sentences), memory
    system, memory = in_part(rng, part, make)
    said = []
    for _ in range((turns or turns_count(rng)) - 1):
        said.append(drawn(part, lambda: memory.recall(rng)) if rng.random() < 0.7 else fact(rng, part))
    said.append(drawn(part, lambda: memory.recall(rng, rng.choice(list(memory.known)))))
    return system, [turn._replace(topic="about the user") for turn in said if turn]


def told_chat(rng, part, turns=None):
    """Facts in the system prompt, some of which are asked for."""
    def make():
        facts, about = [], set()
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            fact_ = some_fact(rng)
            if fact_[1] not in about:
                about.add(fact_[1])
                facts.append(fact_)
        return prompt_text(rng, [sentence(rng, fact_[0]) for fact_ in facts]), facts
    system, facts = in_part(rng, part, make)
    said = []
    for _ in range(turns or turns_count(rng)):
        _, _, value, asked, answer = rng.choice(facts)
        said.append(drawn(part, lambda: asked_fact(rng, asked, answer, value)))
    return system, [turn for turn in said if turn]


def limited_chat(rng, part, turns=None):
    """Some subjects only, or all but one."""
    subject = rng.choice(list(SUBJECTS))
    only = rng.random() < 0.5
    system, _ = in_part(rng, part, lambda: (prompt_text(rng, [written(rng, ONLY_RULE if only else NEVER_RULE, {"s": subject})]), None))
    said = []
    for _ in range(turns or turns_count(rng)):
        wanted = rng.random() < 0.5
        for _ in range(300):
            turn = fact(rng, part)
            if (turn.topic in SUBJECTS[subject]) == wanted:
                break
        allowed = (turn.topic in SUBJECTS[subject]) == only
        refusal = f"I may only talk about {subject}." if only else f"I may not talk about {subject}."
        said.append(turn._replace(answer=turn.answer if allowed else refusal, expect=None, topic="only" if only else "never"))
    return system, said


def plain_chat(rng, part, turns=None):
    """Plain prompts change nothing, claims included."""
    said = [drawn(part, lambda: claim(rng) if rng.random() < 0.7 else talk(rng)) for _ in range(turns or turns_count(rng))]
    return rng.choice((None, None, PLAIN_PROMPT, rng.choice(GREETINGS))), said


KINDS = [(ruled_chat, 10), (named_chat, 0.8), (about_user, 1.5), (told_chat, 2.2), (limited_chat, 1.3), (plain_chat, 3)]


def system_chat(rng, part, turns=None):
    makers, weights = zip(*KINDS)
    return rng.choices(makers, weights)[0](rng, part, turns=turns)
