"""CLIP's tokenizer: byte pairs with an end-of-word mark; learning, cutting, and tokenizer.json."""
import json
import re
import unicodedata
from collections import Counter

START, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
WORD = re.compile(PATTERN.replace(r"[\p{L}]", r"[^\W\d_]").replace(r"[\p{N}]", r"\d").replace(r"[^\s\p{L}\p{N}]", r"(?:[^\s\w]|_)"))


def byte_letters():
    """A printable letter for every byte, as GPT-2 and CLIP write them."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters, extra = {}, 0
    for byte in printable:
        letters[byte] = chr(byte)
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + extra)
            extra += 1
    return letters


LETTERS = byte_letters()


def words_of(text):
    text = unicodedata.normalize("NFC", text).lower()
    return ["".join(LETTERS[byte] for byte in word.encode()) for word in WORD.findall(text)]


def parts_of(word):
    return [*word[:-1], word[-1] + WORD_END]


def merge(parts, first, second):
    merged, at = [], 0
    while at < len(parts):
        if parts[at:at + 2] == [first, second]:
            merged.append(first + second)
            at += 2
        else:
            merged.append(parts[at])
            at += 1
    return merged


def learn_merges(texts, most):
    counts = Counter(word for text in texts for word in words_of(text))
    cut = {word: parts_of(word) for word in counts}
    merges = []
    while len(merges) < most:
        neighbours = Counter()
        for word, parts in cut.items():
            for both in zip(parts, parts[1:]):
                neighbours[both] += counts[word]
        if not neighbours:
            break
        first, second = max(neighbours, key=lambda both: (neighbours[both], both))
        merges.append((first, second))
        cut = {word: merge(parts, first, second) for word, parts in cut.items()}
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(both) for both in merges]
        letters = [LETTERS[byte] for byte in sorted(LETTERS, key=lambda b: LETTERS[b])]
        self.tokens = [*letters, *(letter + WORD_END for letter in letters), *("".join(both) for both in self.merges), START, END]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.start, self.end = self.ids[START], self.ids[END]
        self.cache = {}

    def cut(self, word):
        if word not in self.cache:
            parts = parts_of(word)
            for first, second in self.merges:
                if first in parts:
                    parts = merge(parts, first, second)
            self.cache[word] = [self.ids[part] for part in parts]
        return self.cache[word]

    def encode(self, text):
        return [self.start, *(token for word in words_of(text) for token in self.cut(word)), self.end]

    def save(self, path):
        path.write_text(json.dumps(self.merges))

    @classmethod
    def load(cls, path):
        return cls(json.loads(path.read_text()))

    def tokenizer_json(self):
        special = [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": token == START,
                    "special": True} for token, i in ((START, self.start), (END, self.end))]
        return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
                "normalizer": {"type": "Sequence", "normalizers": [
                    {"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}, {"type": "Lowercase"}]},
                "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                    {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Removed", "invert": True},
                    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]},
                "post_processor": {"type": "RobertaProcessing", "sep": [END, self.end], "cls": [START, self.start],
                                   "trim_offsets": False, "add_prefix_space": False},
                "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
                "model": {"type": "BPE", "dropout": None, "unk_token": END, "continuing_subword_prefix": "",
                          "end_of_word_suffix": WORD_END, "fuse_unk": False, "vocab": self.ids,
                          "merges": [" ".join(both) for both in self.merges]}}
