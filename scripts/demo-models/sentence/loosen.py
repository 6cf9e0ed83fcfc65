"""Makes a generated text less regular: little words go, others come in, parts change places.

Without it the model listens to how a sentence is built more than to what it is about, and fails on sentences people write.
"""
import re

LITTLE = set("""a an the my our your this that these those some any i we you it he she they me us is are was were be been am do does did
can could should would will must shall may to of in on at for from with by and or so as if then there here have has had not please""".split())
FILLERS = """really just again soon always never often maybe very quite still already today yesterday now later every day last year since
people everybody somebody nobody family children friends at home in town near by the because when while although but and so if that this
is was has been had will would going got made took came said think know see hear feel old new good bad little big long short much many
more less most all each other another same own first next last right left up down out off over under again too also only even then
please thanks hello sorry yes no what who how why where which whose""".split()


def loosen(rng, text):
    words = re.findall(r"[\w'-]+|[^\w\s]", text)
    drop = rng.choice((0.2, 0.5, 0.9))
    kept = [word for word in words if not (word.lower() in LITTLE and rng.random() < drop) and not rng.random() < 0.04]
    words = kept or words
    for _ in range(rng.choice((0, 1, 2, 3, 4))):
        words.insert(rng.randrange(len(words) + 1), rng.choice(FILLERS))
    if rng.random() < 0.25 and len(words) > 2:
        at = rng.randrange(1, len(words))
        words = words[at:] + words[:at]
    return " ".join(words)
