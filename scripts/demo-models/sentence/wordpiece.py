"""BERT's tokenizer: learning the pieces, cutting text as tokenizer.json prescribes, and writing that file."""
import json
import re
import unicodedata
from collections import Counter

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP, MASK = range(5)
# BERT's pre-tokenizer: words, and every punctuation mark on its own.
WORD = re.compile(r"\w+|[^\w\s]")
SINGLE = "abcdefghijklmnopqrstuvwxyz0123456789"
MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def words_of(text):
    """Small letters without accents; tokenizer.json asks the library for the same."""
    text = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(letter) != "Mn")
    return [part for word in WORD.findall(text) for part in re.findall(r"_|[^_]+", word)]


def learn_pieces(texts, size):
    """Merges the most frequent neighbours until there are `size` pieces, as WordPiece trainers do."""
    counts = Counter(word for text in texts for word in words_of(text))
    pieces = SPECIAL + list(MARKS) + list(SINGLE) + ["##" + letter for letter in SINGLE]
    known = set(pieces)
    cut = {word: [word[0]] + ["##" + letter for letter in word[1:]] for word in counts if set(word) <= set(SINGLE)}
    while len(pieces) < size:
        neighbours = Counter()
        for word, parts in cut.items():
            for first, second in zip(parts, parts[1:]):
                neighbours[first, second] += counts[word]
        if not neighbours:
            break
        first, second = max(neighbours, key=lambda both: (neighbours[both], both))
        merged = first + second[2:]
        if merged not in known:
            known.add(merged)
            pieces.append(merged)
        for word, parts in cut.items():
            at = 0
            while at < len(parts) - 1:
                if parts[at] == first and parts[at + 1] == second:
                    parts[at:at + 2] = [merged]
                at += 1
    return pieces


class WordPiece:
    def __init__(self, pieces):
        self.pieces = pieces
        self.ids = {piece: i for i, piece in enumerate(pieces)}
        self.cache = {}

    def cut(self, word, rng=None):
        """Longest piece first. With rng, sometimes a shorter one: the model then also meets the rare small pieces."""
        if rng is None and word in self.cache:
            return self.cache[word]
        found, start = [], 0
        while start < len(word):
            ends = [end for end in range(len(word), start, -1) if ("##" if start else "") + word[start:end] in self.ids]
            if not ends:
                found = [UNK]
                break
            end = rng.choice(ends) if rng and rng.random() < 0.5 else ends[0]
            found.append(self.ids[("##" if start else "") + word[start:end]])
            start = end
        if rng is None:
            self.cache[word] = found
        return found

    def encode(self, text, rng=None, split_share=0.0):
        ids = [CLS]
        for word in words_of(text):
            ids += self.cut(word, rng if rng and rng.random() < split_share else None)
        return ids + [SEP]

    def save(self, path):
        path.write_text(json.dumps(self.pieces))

    @classmethod
    def load(cls, path):
        return cls(json.loads(path.read_text()))

    def tokenizer_json(self):
        special = [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                    "special": True} for i, token in enumerate(SPECIAL)]
        template = {"type": "TemplateProcessing",
                    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                               {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                    "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                             {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                             {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
                    "special_tokens": {token: {"id": token, "ids": [i], "tokens": [token]}
                                       for i, token in ((CLS, "[CLS]"), (SEP, "[SEP]"))}}
        return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
                "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": True,
                               "lowercase": True},
                "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": template,
                "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
                "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                          "max_input_chars_per_word": 100, "vocab": {piece: i for i, piece in enumerate(self.pieces)}}}
