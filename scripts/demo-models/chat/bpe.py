"""A byte-level BPE tokenizer, trained here and written so that llama.cpp's `smollm` pre-tokenizer cuts text the same way."""
import json
import re
from collections import Counter, defaultdict

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END_OF_TEXT, IM_START, IM_END = 0, 1, 2

# First every digit alone, then GPT-2's pattern on what lies between.
DIGITS = re.compile(r"\d")
LETTERS = r"[^\W\d_]"
PIECES = re.compile(rf"'s|'t|'re|'ve|'m|'ll|'d| ?{LETTERS}+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def byte_letters():
    """GPT-2's printable letter for every byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    letters.update({byte: chr(256 + i) for i, byte in enumerate(b for b in range(256) if b not in letters)})
    return letters


BYTE_LETTERS = byte_letters()


def pieces(text):
    at = 0
    for digit in DIGITS.finditer(text):
        yield from PIECES.findall(text[at:digit.start()])
        yield digit.group()
        at = digit.end()
    yield from PIECES.findall(text[at:])


def as_letters(piece):
    return "".join(BYTE_LETTERS[byte] for byte in piece.encode("utf-8"))


def train_merges(texts, count, least=8):
    """The most frequent neighbours become one token, again and again. Ties break by name, so the result is the same every time."""
    words = Counter()
    for text in texts:
        words.update(pieces(text))
    symbols = [(list(as_letters(word)), n) for word, n in sorted(words.items())]
    pairs, where = Counter(), defaultdict(set)
    for i, (word, n) in enumerate(symbols):
        for pair in zip(word, word[1:]):
            pairs[pair] += n
            where[pair].add(i)
    merges = []
    while len(merges) < count and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < least:
            break
        merges.append(best)
        for i in where.pop(best):
            word, n = symbols[i]
            for pair in zip(word, word[1:]):
                pairs[pair] -= n
            at, merged = 0, []
            while at < len(word):
                if tuple(word[at:at + 2]) == best:
                    merged.append(word[at] + word[at + 1])
                    at += 2
                else:
                    merged.append(word[at])
                    at += 1
            symbols[i] = (merged, n)
            for pair in zip(merged, merged[1:]):
                pairs[pair] += n
                where[pair].add(i)
        del pairs[best]
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        self.tokens = SPECIAL + [BYTE_LETTERS[byte] for byte in range(256)] + [a + b for a, b in self.merges]
        self.id = {token: i for i, token in enumerate(self.tokens)}
        self.cache = {}

    def piece_ids(self, piece):
        if piece not in self.cache:
            word = list(as_letters(piece))
            while len(word) > 1:
                rank, at = min((self.rank.get(pair, len(self.rank)), i) for i, pair in enumerate(zip(word, word[1:])))
                if rank == len(self.rank):
                    break
                word[at:at + 2] = [word[at] + word[at + 1]]
            self.cache[piece] = [self.id[symbol] for symbol in word]
        return self.cache[piece]

    def encode(self, text):
        return [token for piece in pieces(text) for token in self.piece_ids(piece)]

    def decode(self, ids):
        byte_of = {letter: byte for byte, letter in BYTE_LETTERS.items()}
        letters = "".join(self.tokens[i] for i in ids if i >= len(SPECIAL))
        return bytes(byte_of[letter] for letter in letters).decode("utf-8", "replace")

    def save(self, path):
        path.write_text(json.dumps(self.merges, ensure_ascii=False))

    @classmethod
    def load(cls, path):
        return cls(json.loads(path.read_text()))
