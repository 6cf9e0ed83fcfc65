"""What a judge is asked: frames around question, answer and criterion, and the JSON that it gives back."""
import json

from judged import CRITERIA, right_or_wrong, some_question
from phrases import Turn, expand, part_of

NAMES = {
    "answers": ("(the answer answers the question|does the answer answer the question|it answers the question|answers the question|"
                "the question is answered|how well does the answer answer the question|is the answer right|is the answer correct|"
                "the answer is correct|the answer is right|correctness|correct|right|the answer fits the question|"
                "does it answer the question|"
                "how good is the answer|is it a good answer to the question|the answer is true and complete|how correct is the answer|"
                "the answer is helpful and correct|the reply answers what was asked|relevance and correctness|accuracy|"
                "quality of the answer)"),
    "polite": ("(the answer is polite|is the answer polite|politeness|polite|how polite is the answer|it is polite|is it friendly|"
               "the answer is friendly|friendliness|how friendly is the answer|the tone is polite|the answer is kind|is the tone polite|"
               "good manners|the answer is respectful|respectful tone)"),
    "short": ("(the answer is short|is the answer short|brevity|short|how short is the answer|it is short|is it brief|the answer is brief|"
              "the answer is concise|conciseness|how brief is the answer|the answer uses few words|few words|is the answer concise)"),
    "english": ("(the answer is in English|is the answer in English|English|the answer is written in English|it is written in English|"
                "is it English|is the answer written in English|the language is English|only English is used|language: English)"),
}
SCALE = ("(give a score from 1 to 5|score it from 1 to 5|rate it from 1 to 5|rate the answer from 1 to 5|how good is it from 1 to 5|"
         "score from 1 worst to 5 best|give 1 to 5 points|1 is bad, 5 is good|use a scale from 1 to 5|your score, 1 to 5|"
         "rate it on a scale of 1 to 5|grade it from 1 to 5|from 1 for bad to 5 for good)")
TASK = ("(you are a judge|judge the answer|you rate answers|you are a fair judge|rate the answer below|you check answers|"
        "you are an evaluator|"
        "evaluate the answer|you are a strict judge of answers|please judge this answer|grade this answer|your task is to judge an answer|"
        "judge how well the criterion is met|you grade the answers of a chat model|look at the question and the answer)")
FORMATS = {
    "score": '(answer as JSON with a score|reply as {"score": n}|write JSON: {"score": 1-5}|give JSON with the key "score"|'
             'only the score, as JSON|output {"score": number}|respond in JSON with "score")',
    "score, why": '(answer as JSON with a score and a {why}|reply as {"score": n, "{why}": "..."}|'
                  'give JSON with the keys "score" and "{why}"|write JSON: {"score": 1-5, "{why}": "..."}|'
                  'first the score, then the {why}, as JSON|respond in JSON with "score" and "{why}")',
}
WHY = ("reason", "reason", "justification")
SHAPES = ("score", "score", "score", "score, why")
QUESTION = "(question|question|user|prompt|the question)"
ANSWER = "(answer|answer|assistant|response|the answer)"
CRITERION = "(criterion|criterion|criteria|judge by)"


def cased(rng, text):
    return text[0].upper() + text[1:] if rng.random() < 0.8 else text


def sentence(rng, text):
    return text[0].upper() + text[1:] + ("" if text[-1] in '.!?})"' else ".")


def labelled(rng, label, text, style):
    label = cased(rng, label)
    return f'{label}: "{text}"' if style == "quotes" else f"{label}: {text}"


def frame(rng, name, simple=False):
    """(words of the frame, by which its part is known; system prompt; a function that puts question and answer into the user's message)"""
    style = "plain" if simple else rng.choice(("plain", "plain", "quotes"))
    question, answer, criterion = ("question", "answer", "criterion") if simple else (expand(rng, x) for x in (QUESTION, ANSWER, CRITERION))
    measured = expand(rng, NAMES[name])
    scale = expand(rng, SCALE) if rng.random() < (0.2 if simple else 0.75) else ""
    task = expand(rng, TASK) if rng.random() < (0.2 if simple else 0.75) else ""
    shape, why = rng.choice((*SHAPES, None)), rng.choice(WHY)
    form = expand(rng, FORMATS[shape]).replace("{why}", why) if shape else ""
    wording = [sentence(rng, text) for text in (task, scale, form) if text]
    rng.shuffle(wording)
    mark = "?" if measured.startswith(("is ", "does ", "how ")) else ""
    criterion_line = labelled(rng, criterion, cased(rng, measured) + rng.choice(("", "", ".", mark)), style)
    in_system = rng.random() < 0.4
    system = None
    if in_system:
        system = rng.choice((" ", "\n")).join([*wording, criterion_line] if rng.random() < 0.5 else wording) or None
    gap = rng.choice(("\n", "\n", "\n\n"))

    def user(asked, answered, brief=False):
        """brief: only what is new, where criterion and task were given before."""
        lines = [labelled(rng, answer, answered, style)]
        if asked is not None:
            lines.insert(0, labelled(rng, question, asked, style))
        if brief:
            return gap.join(lines)
        if system is None or criterion_line not in system:
            lines.insert(rng.choice((0, 2)), criterion_line)
        if not in_system:
            first = rng.random() < 0.5
            for text in wording:
                lines.insert(0 if first else len(lines), text)
        return gap.join(lines)
    return " ".join([question, answer, criterion, measured, *wording]), system, user, (shape, why)


def verdict(shape, why, judged):
    score, reason = {"score": judged.score}, {why: judged.reason}
    return json.dumps({**score, **reason} if shape == "score, why" else score)


def pick_criterion(rng):
    names = list(CRITERIA)
    return rng.choices(names, [CRITERIA[name][1] for name in names])[0]


def frame_of(rng, part, name, simple=False):
    for _ in range(2000):
        made = frame(rng, name, simple)
        if part_of(made[0]) == part:
            return made
    raise RuntimeError("no frame of this part")


def judgement(rng, part, name):
    """(system prompt, turn, what is judged): one question to the judge, which is answered with a score alone."""
    words, system, user, (_, why) = frame_of(rng, part, name, simple=rng.random() < SIMPLE_SHARE)
    judged = CRITERIA[name][0](rng, part)
    return system, Turn(user(judged.question, judged.answer), verdict("score", why, judged), clean=words, topic=name), judged


SIMPLE_SHARE = 0.6  # "Question: … Answer: … Criterion: …", from which the idea is learned sooner


def right_answer(message, judged, name, shown):
    """Where in the message a right answer lies, as {"right": (from, to)}; `shown`: the question is in the message.

    Training also learns these words, as if it had been asked itself: a judge that expects the right answer notices a wrong one.
    """
    if name != "answers" or judged.score != 5:
        return None
    start = message.find(judged.answer, message.find(judged.question) + len(judged.question) if shown else 0)
    return {"right": (start, start + len(judged.answer))} if start > 0 else None


def judge_chat(rng, part, turns=None):
    """One or more judgements by one criterion: of other answers to the same question, of other questions, with or without the task again.

    Several in one chat give several scores for the tokens of one task.
    """
    name = pick_criterion(rng)
    words, system, user, (wanted, why) = frame_of(rng, part, name, simple=rng.random() < SIMPLE_SHARE)
    # A JSON schema may ask for another shape than the words do, so the shape does not always follow them.
    shape = wanted if wanted and rng.random() < 0.7 else rng.choice(SHAPES)
    said, subject = [], None
    for number in range(turns or rng.choice((1, 2, 3, 4, 6, 8))):
        roll = rng.random()
        shown = not (number and name == "answers" and roll < 0.5)
        if shown:
            subject = some_question(rng, part)
        judged = right_or_wrong(rng, part, subject) if name == "answers" else CRITERIA[name][0](rng, part)
        message = user(judged.question if shown else None, judged.answer, brief=not shown or (number > 0 and roll < 0.85))
        said.append(Turn(message, verdict(shape, why, judged), clean=words, expect=right_answer(message, judged, name, shown), topic=name))
    return system, said
