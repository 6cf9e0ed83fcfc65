"""GPT-2's tokenizer, learned from the captions until every word is one token; learning and cutting are the chat model's."""
import importlib.util
import random
from pathlib import Path

import torch
from caption import canonical
from scenes import random_scene  # in ../image-text

# Loaded by its path, because ../image-text has a module of the same name.
_spec = importlib.util.spec_from_file_location("chat_bpe", Path(__file__).resolve().parent.parent / "chat/bpe.py")
chat_bpe = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(chat_bpe)

END = chat_bpe.END_OF_TEXT  # before and after a caption, and as padding
END_NAME = chat_bpe.SPECIAL[END]
MOST_MERGES = 1000
IGNORED = -100  # by the loss


def learn(seed):
    rng = random.Random(seed)
    return chat_bpe.Tokenizer(chat_bpe.train_merges([canonical(random_scene(rng, "train")) for _ in range(20000)], MOST_MERGES))


def load(path):
    return chat_bpe.Tokenizer.load(path)


def padded(tokenizer, captions):
    """(what the decoder reads, what it must answer), each captions × tokens."""
    rows = [tokenizer.encode(caption) for caption in captions]
    length = max(map(len, rows)) + 1
    read, answer = torch.full((len(rows), length), END), torch.full((len(rows), length), IGNORED)
    for i, row in enumerate(rows):
        read[i, 1:len(row) + 1] = torch.tensor(row)
        answer[i, :len(row) + 1] = torch.tensor([*row, END])
    return read, answer


def tokenizer_json(tokenizer):
    special = [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for i, token in enumerate(chat_bpe.SPECIAL)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
            "pre_tokenizer": byte_level, "post_processor": byte_level, "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
                      "fuse_unk": False, "vocab": tokenizer.id, "merges": [" ".join(pair) for pair in tokenizer.merges]}}
