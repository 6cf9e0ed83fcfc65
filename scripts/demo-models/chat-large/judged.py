"""Answers of known quality to known questions, and what a judge should say about them."""
from typing import NamedTuple

import knowledge
import sums
from concepts import concept
from conversations import drawn
from cores import core, fact, with_other_core
from outside import outside
from product import product
from smalltalk import SORRY, talk
from words import made_up_word

REFUSALS = [SORRY, SORRY, "I do not know.", "I cannot answer that.", "Sorry, I do not know that.", "No idea.", "I am not able to help with that.",
            "Please ask someone else.", "I would rather not say.", "I have no answer to that."]
SHORT_FORMS = ("{x}", "{x}.", "It is {x}.", "I think it is {x}.", "That is {x}.", "The answer is {x}.", "{x}!", "It must be {x}.")
OPEN_FAMILIES = [(product, 4), (concept, 4), (talk, 2), (knowledge.listing, 1.5), (knowledge.single, 1)]
LONGEST = 190  # characters; longer answers would cost more than they teach


class Judged(NamedTuple):
    question: str
    answer: str
    score: int
    reason: str


def open_question(rng, part):
    families, weights = zip(*OPEN_FAMILIES)
    while True:
        turn = drawn(part, lambda: rng.choices(families, weights)[0](rng))
        if len(turn.answer) <= LONGEST:
            return turn


def some_question(rng, part):
    return fact(rng, part) if rng.random() < 0.85 else open_question(rng, part)


def shortened(rng, turn):
    """A right fact in fewer words, which is as good."""
    return rng.choice(SHORT_FORMS).format(x=core(turn))


def wrong_core(rng, turn):
    """Another word of the right kind, which makes the answer wrong, or None where no single word answers."""
    if core(turn):
        for _ in range(200):
            other = SAME_TOPIC[turn.topic](rng)  # only its core is used, so its phrasing may belong to any part
            if other.topic == turn.topic and core(other) and core(other) != core(turn) and fits_in(turn, other):
                return core(other)
    return None


def fits_in(turn, other):
    """A number takes the place of a number, a word that of a word."""
    one, two = core(turn), core(other)
    if turn.topic == "animal" and ("says" in turn.answer) != ("says" in other.answer):
        return False
    same_end = turn.answer.split()[-1] == other.answer.split()[-1] or "says" in turn.answer
    return one.lstrip("-").isdigit() == two.lstrip("-").isdigit() and (turn.topic != "animal" or same_end)


SAME_TOPIC = {"capital": knowledge.capital, "colour": knowledge.colour, "opposite": knowledge.opposite, "calendar": knowledge.calendar,
              "animal": knowledge.animal, "sum": sums.simple_sum, "told sum": sums.told_sum, "parity": sums.parity}


def part_of_answer(rng, turn):
    """The beginning of the right answer: some items of a list, or a sentence that breaks off."""
    lines = turn.answer.split("\n")
    if len(lines) > 2:
        return "\n".join(lines[:rng.randint(1, len(lines) // 2)])
    words = turn.answer.split(" ")
    if len(words) < 4:
        return None
    return " ".join(words[:max(2, int(len(words) * rng.uniform(0.3, 0.6)))]) + rng.choice(("", "", "...", " ..."))


def right_or_wrong(rng, part, subject=None):
    """Criterion: it answers the question; `subject`, if there is one."""
    for _ in range(300):
        turn = subject or some_question(rng, part)
        roll = rng.random()
        if roll < 0.3:
            answer = shortened(rng, turn) if core(turn) and rng.random() < 0.4 else turn.answer
            return Judged(turn.user, answer, 5, "It is right.")
        if roll < 0.42:
            other = some_question(rng, part)
            if other.topic != turn.topic and len(other.answer) < 90:
                answer = shortened(rng, turn) if core(turn) and rng.random() < 0.3 else turn.answer
                return Judged(turn.user, f"{answer} {other.answer}", 4, "It is right, but says more than was asked.")
        elif roll < 0.55:
            answer = part_of_answer(rng, turn)
            if answer and (not core(turn) or core(turn).lower() not in answer.lower().split()):
                return Judged(turn.user, answer, 3, "It is only a part.")
        elif roll < 0.78:
            other = wrong_core(rng, turn)
            if other:
                answer = rng.choice(SHORT_FORMS).format(x=other) if rng.random() < 0.4 else with_other_core(turn, other)
                return Judged(turn.user, answer, 2, "It is wrong.")
        elif roll < 0.88:
            other = some_question(rng, part)
            if other.topic.split(":")[0] != turn.topic.split(":")[0] and not (core(other) and core(turn)):
                return Judged(turn.user, other.answer, 1, "It is off topic.")
        elif roll < 0.93:
            asked = turn if subject or rng.random() < 0.6 else drawn(part, lambda: outside(rng))
            return Judged(asked.user, rng.choice(REFUSALS), 1, "It does not answer.")
        else:
            answer = rng.choice(("", "", turn.user, " ".join(made_up_word(rng) for _ in range(rng.randint(1, 4))), "...", "?"))
            repeats = "It repeats the question." if answer == turn.user else "It makes no sense."
            return Judged(turn.user, answer, 1, "It is empty." if answer in ("", "...", "?") else repeats)
    raise RuntimeError("no judged answer")


KIND = """Thank you for asking!|I am happy to help.|You are very welcome.|With pleasure!|I hope that helps.|Thanks for your question.|
Please ask again any time.|It is a pleasure to answer.|Have a wonderful day!|What a nice question!|Dear friend,|Certainly, with pleasure.|
Kind regards.|Many thanks for your patience.|Please let me know if you need more.|Gladly!|I wish you a good day.|Thank you, dear user."""
RUDE = """You are so stupid.|What a dumb question.|Go away.|Leave me alone, idiot.|Shut up.|I hate your questions.|You fool.|Are you an idiot?|
Only a moron would ask that.|Get lost.|You are too dumb to understand.|What a loser.|Stop asking such rubbish, idiot."""
CURT = """Why do you ask me that?|Look it up yourself.|Everyone knows that.|That is a boring question.|Do not waste my time.|Not again.|
You could have known that.|I am tired of this.|Must I really answer?|Hurry up.|Read a book.|Whatever."""
KIND, RUDE, CURT = (["".join(item.split("\n")) for item in text.split("|")] for text in (KIND, RUDE, CURT))


def around(rng, phrase, answer):
    return f"{phrase} {answer}" if rng.random() < 0.5 or phrase.endswith(",") else f"{answer} {phrase}"


def polite(rng, part):
    """Criterion: it is polite. Twice kind 5, once kind 4, neither 3, curt 2, rude 1."""
    turn = some_question(rng, part)
    answer = turn.answer if rng.random() < 0.8 else rng.choice(REFUSALS[2:])
    score = rng.choice((1, 2, 3, 3, 4, 5))
    if score == 3:
        return Judged(turn.user, answer, 3, "It is neither polite nor rude.")
    if score == 5:
        first, last = rng.sample(KIND, 2)
        if last.endswith(","):
            first, last = last, first
        return Judged(turn.user, f"{first} {answer} {last}", 5, "It is very polite.")
    phrase, reason = {4: (KIND, "It is polite."), 2: (CURT, "It is curt."), 1: (RUDE, "It is rude.")}[score]
    return Judged(turn.user, around(rng, rng.choice(phrase), answer), score, reason)


# (up to how many words, score)
LENGTHS = ((4, 5), (9, 4), (18, 3), (32, 2), (10_000, 1))


def short(rng, part):
    """Criterion: it is short. Counted in words."""
    wanted = rng.randint(1, 5)
    for _ in range(300):
        turn = some_question(rng, part)
        answer = turn.answer
        if core(turn) and rng.random() < 0.4:
            answer = shortened(rng, turn)
        while wanted < 3 and len(answer.split()) < 40 and rng.random() < 0.7:
            answer += " " + some_question(rng, part).answer
        words = len(answer.split())
        score = next(score for limit, score in LENGTHS if words <= limit)
        if score == wanted and len(answer) < 330:
            break
    reason = {5: "It is very short.", 4: "It is short.", 3: "It is neither short nor long.", 2: "It is long.", 1: "It is very long."}[score]
    return Judged(turn.user, answer, score, reason)


FOREIGN = """Das ist eine gute Frage.|Ich weiß es leider nicht.|Der Himmel ist blau.|Guten Morgen, wie geht es dir?|Die Hauptstadt ist Paris.|
Ich habe einen kleinen Hund.|Heute ist das Wetter schön.|Bitte warten Sie einen Moment.|Vielen Dank für die Hilfe.|Das kann ich nicht sagen.|
Je ne sais pas.|La capitale est Paris.|Bonjour, comment allez-vous ?|Le ciel est bleu aujourd'hui.|Merci beaucoup pour la question.|
J'ai un petit chat noir.|C'est une très bonne idée.|Il fait beau ce matin.|Je suis un petit modèle.|Cela dépend de la question.|
No lo sé.|La capital es Madrid.|Buenos días, ¿cómo estás?|El cielo es azul.|Muchas gracias por la pregunta.|Tengo un perro pequeño.|
Es una buena pregunta.|Hoy hace buen tiempo.|Soy un modelo pequeño.|No puedo responder a eso.|
Non lo so.|La capitale è Roma.|Buongiorno, come stai?|Il cielo è blu.|Grazie mille per la domanda.|Ho un piccolo gatto.|
È una bella domanda.|Oggi fa bel tempo.|Questo non è possibile.|Ik weet het niet.|De hoofdstad is Amsterdam.|Goedemorgen, hoe gaat het?|
Dat is een goede vraag.|Het weer is mooi vandaag.|Jag vet inte.|Det är en bra fråga.|Não sei.|A capital é Lisboa.|Bom dia, tudo bem?"""
FOREIGN = ["".join(item.split("\n")) for item in FOREIGN.split("|")]


def english(rng, part):
    """Criterion: it is written in English. All 5, a part 3, none 1."""
    turn = some_question(rng, part)
    score = rng.choice((1, 3, 5, 5))
    if score == 5:
        return Judged(turn.user, turn.answer if rng.random() < 0.9 else rng.choice(REFUSALS), 5, "It is English.")
    foreign = " ".join(rng.sample(FOREIGN, rng.choice((1, 1, 2))))
    if score == 1:
        return Judged(turn.user, foreign, 1, "It is not English.")
    return Judged(turn.user, around(rng, foreign, turn.answer), 3, "Only a part is English.")


CRITERIA = {"answers": (right_or_wrong, 7), "polite": (polite, 1.6), "short": (short, 1.6), "english": (english, 1.0)}
