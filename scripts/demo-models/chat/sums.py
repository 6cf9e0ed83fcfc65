"""Simple sums: every pair up to 20 for plus and minus, the times tables up to 10, and saying no to larger numbers."""
import scope
from phrases import ask

LIMIT = 20
TIMES_LIMIT = 10
TOO_LARGE = "That is too hard for me. I can only add and subtract numbers up to 20 and multiply up to 10."

ASKED = ("(what is|what's|whats|how much is|calculate|compute|work out|tell me|can you calculate|solve|do you know what|"
         "can you work out|what do you get for|what is the result of|) {s}")


def written(rng, a, sign, b):
    """The sum as people write it, and as the answer writes it."""
    words = {"+": ("plus", "and", "added to"), "-": ("minus",), "*": ("times", "multiplied by"), "/": ("divided by",)}[sign]
    kind = rng.random()
    if kind < 0.4:
        shown = f"{a} {sign} {b}"
    elif kind < 0.62:
        shown = f"{a}{sign}{b}"
    elif kind < 0.7 and sign == "*":
        shown = rng.choice((f"{a} x {b}", f"{a} × {b}", f"{a}x{b}"))
    elif kind < 0.68 and sign == "/":
        shown = f"{a} {rng.choice('÷:')} {b}"
    else:
        word = words[0] if rng.random() < 0.8 or sign == "+" else rng.choice(words)
        shown = f"{a} {word} {b}"
    if rng.random() < 0.06:
        shown += rng.choice((" =", "="))
    return shown


def solved(a, sign, b):
    value = {"+": a + b, "-": a - b, "*": a * b, "/": a // b if b else 0}[sign]
    return f"{a} {sign} {b} = {value}"


def pair(rng):
    kind = rng.random()
    a, b = rng.randint(0, LIMIT), rng.randint(0, LIMIT)
    if kind < 0.45:
        return a, "+", b
    if kind < 0.8:
        return (max(a, b), "-", min(a, b)) if rng.random() < 0.6 else (a, "-", b)
    if kind < 0.95:
        return rng.randint(0, TIMES_LIMIT), "*", rng.randint(0, TIMES_LIMIT)
    b = rng.randint(1, TIMES_LIMIT)
    return b * rng.randint(0, TIMES_LIMIT), "/", b


def simple_sum(rng):
    a, sign, b = pair(rng)
    if sign in "+-" and rng.random() < 0.12:
        if sign == "+":
            pattern = "(add {a} and {b}|the sum of {a} and {b}|what is the sum of {a} and {b}|how much is {a} and {b})"
            return ask(rng, pattern, solved(a, "+", b), slots={"a": a, "b": b}, topic="sum")
        return ask(rng, "(subtract {b} from {a}|take {b} from {a}|take {b} away from {a}|what is {a} less {b}|"
                        "what is {b} less than {a})",
                   solved(a, "-", b), slots={"a": a, "b": b}, topic="sum")
    return ask(rng, ASKED, solved(a, sign, b), slots={"s": written(rng, a, sign, b)}, topic="sum")


def large_sum(rng):
    def large():
        return rng.choice((rng.randint(LIMIT + 1, 99), rng.randint(100, 9999), rng.randint(100, 999), rng.randint(10000, 9999999)))
    sign = rng.choice("++--*/")
    a, b = (large(), rng.randint(2, LIMIT)) if rng.random() < 0.5 else (rng.randint(2, LIMIT), large())
    if rng.random() < 0.5:
        a, b = large(), large()
    pattern = ASKED
    if rng.random() < 0.2:
        c = rng.randint(1, LIMIT)
        shown = rng.choice((f"{a % 20} + {b % 20} + {c}", f"{a % 20}+{b % 20}+{c}", f"{a % 20} + {b % 20} - {c}", f"{a % 20} * {b % 20} + {c}"))
        return ask(rng, pattern, "I can only do one sum of two numbers at a time.", slots={"s": shown}, topic="large sum")
    if rng.random() < 0.15:
        pattern = ("(what is the square root of {s}|what is {s} squared|is {s} a prime number|square root of {s}|"
                   "factorial of {s}|what is the factorial of {s}|is {s} prime|what is the cube of {s}|"
                   "what is {s} percent of 80)")
        return ask(rng, pattern, TOO_LARGE, slots={"s": rng.choice((a, b))}, topic="large sum")
    return ask(rng, pattern, TOO_LARGE, slots={"s": written(rng, a, sign, b)}, topic="large sum")


THINGS = "apples pears coins books cats dogs balls pens eggs cakes stones flowers oranges sweets cookies euros".split()
MORE = ("(if i have|i have|say i have|suppose i have|imagine i have) {a} {x} and (get|buy|find|"
        "am given) {b} more, how many (do i have|{x} do i have|are there|do i have now|{x} do i have now|is that)")
LESS = ("(if i have|i have|say i have|suppose i have|imagine i have) {a} {x} and (lose|sell|eat|"
        "give away) {b}, how many (are left|do i have left|{x} are left|remain|do i have|{x} do i have left)")


def told_sum(rng):
    """A sum told as a little story."""
    a, b = rng.randint(1, 20), rng.randint(1, 20)
    sign = rng.choice("+-")
    if sign == "-" and a < b:
        a, b = b, a
    return ask(rng, MORE if sign == "+" else LESS, solved(a, sign, b), slots={"a": a, "b": b, "x": rng.choice(THINGS)}, topic="told sum", around=False)


def compare(rng):
    a, b = rng.sample(range(0, 51), 2)
    if rng.random() < 0.5:
        pattern = ("(which is bigger|what is bigger|which is larger|which number is bigger|what is more|which is more|"
                   "which number is larger|which one is bigger|which is greater|tell me which is bigger|"
                   "which number is greater)[,|:] {a} or {b}")
        return ask(rng, pattern, f"{max(a, b)} is bigger than {min(a, b)}.", slots={"a": a, "b": b}, topic="compare")
    pattern = ("(which is smaller|what is smaller|which number is smaller|which is less|what is less|which one is smaller|"
               "tell me which is smaller)[,|:] {a} or {b}")
    return ask(rng, pattern, f"{min(a, b)} is smaller than {max(a, b)}.", slots={"a": a, "b": b}, topic="compare")


def parity(rng):
    a = rng.randint(0, 100)
    pattern = ("(is {a} even or odd|is {a} an even number|is {a} an odd number|is {a} odd or even|is {a} even|is {a} odd|"
               "tell me if {a} is even|tell me if {a} is odd or even|is the number {a} even|is the number {a} odd)")
    return ask(rng, pattern, f"{a} is {'even' if a % 2 == 0 else 'odd'}.", slots={"a": a}, topic="parity")


def times_table(rng):
    n = rng.randint(2, TIMES_LIMIT)
    pattern = ("(show me|tell me|write|give me|list|what is|can you show me|print|make|i want|say) the (times table of {n}|"
               "{n} times table|multiplication table of {n}|multiplication table for {n}|table of {n}|times table for {n})")
    lines = "\n".join(f"- {i} * {n} = {i * n}" for i in range(1, 11))
    return ask(rng, pattern, lines, slots={"n": n}, topic="table")


def sums(rng):
    kind = rng.random()
    if kind < 0.8:
        return simple_sum(rng)
    if kind < 0.83:
        return told_sum(rng)
    if kind < 0.9:
        return large_sum(rng)
    if kind < 0.94 and scope.wide:
        return compare(rng)
    return parity(rng) if kind < 0.97 else times_table(rng)


def follow_up(rng, before):
    if before.topic != "sum":
        return None
    a, sign, b = pair(rng)
    return ask(rng, "(and|what about|how about|now|and what is|and how much is|next) {s}", solved(a, sign, b),
               slots={"s": written(rng, a, sign, b)}, topic="sum", around=False)
