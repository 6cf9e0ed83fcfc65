"""The model card, and the cache layout with it."""
import hashlib
import json
from pathlib import Path

import hub_layout

REPOSITORY = "models--local-models--demo-chat-gguf"
SCORES = Path(__file__).resolve().parent / "scores.json"
FILE_NAME = "demo-chat-q8_0.gguf"

CARD = """---
license: mit
language:
- en
pipeline_tag: text-generation
library_name: gguf
tags:
- demo
- gguf
- llama
- chat
---

# Local Models Demo Chat

**This is a demo model.** It exists so that pulling, deploying and chatting can be tried at once, offline, on any machine.
It is a real language model in the GGUF format, but a very small one, trained only on generated sentences.
For real questions, use one of the models under **Recommended** in the Local Models sidebar.

## What it can do

- answer questions about the Local Models extension: pull, deploy, chat, stop, delete, where files are, privacy, offline use
- say what words such as *token*, *embedding*, *context*, *quantization* or *GGUF* mean
- add and subtract numbers up to 20, multiply up to 10
- about a hundred capitals, colours of things, opposites, days and months, counting, small lists
- short code examples, mostly in Python, JavaScript and TypeScript
- a short story, a poem or a joke
- remember a name, a favourite colour, a home town or a pet within one chat

## What it cannot do

- know anything else: it says that it is only a demo model, and sometimes it is wrong instead
- understand long, unusual or foreign-language questions
- write code, texts or facts that were not among its generated sentences

## Numbers

| | |
| --- | --- |
| architecture | LLaMA: {layers} layers, width {width}, {heads} heads, {kv_heads} key-value heads, feed-forward {feed_forward}, tied embeddings |
| parameters | {parameters:,} |
| file | {bytes:,} bytes, q8_0 |
| vocabulary | {vocab:,} byte-level BPE tokens |
| context | {context:,} tokens |
| chat template | ChatML |
| training | {tokens:.1f} million tokens, {cpu_minutes} minutes on one CPU thread |

## Held-out score

{score}

## How it was made

`scripts/demo-models/chat/make.py` in the Local Models repository makes it from nothing: a seeded generator writes the chats,
a tokenizer and the model are trained on them, and the file is written. No text from elsewhere was used.
"""

MEASURED = """{of} questions in phrasings that training never saw, answered at temperature 0 through node-llama-cpp with the
template of the file:

| system prompt | right |
| --- | --- |
| none | {plain[right]} of {plain[of]}, {plain[percent]} % |
| "You are a helpful assistant." | {system[right]} of {system[of]}, {system[percent]} % |

The questions are in `scripts/demo-models/chat/heldout.jsonl`. They come from the same generator as the training chats,
so the score says how well new combinations of known phrasings are understood, not how well any question is."""


def score_text(sha256):
    scores = json.loads(SCORES.read_text()) if SCORES.exists() else {}
    if scores.get("file_sha256") != sha256:
        return "Not measured for this file."
    return MEASURED.format(of=scores["no_system_prompt"]["of"], plain=scores["no_system_prompt"], system=scores["with_system_prompt"])


def parameter_count(shape):
    kv_width = shape.kv_heads * shape.head_width
    layer = 2 * shape.width * (shape.width + kv_width) + 3 * shape.width * shape.feed_forward + 2 * shape.width
    return shape.vocab * shape.width + shape.layers * layer + shape.width


def publish(gguf_file, cost_file, shape):
    data = gguf_file.read_bytes()
    cost = json.loads(cost_file.read_text())
    card = CARD.format(**vars(shape), parameters=parameter_count(shape), bytes=len(data), tokens=cost["tokens"] / 1e6,
                       cpu_minutes=round(cost["cpu_seconds"] / 60), score=score_text(hashlib.sha256(data).hexdigest()))
    hub_layout.publish(REPOSITORY, {FILE_NAME: data, "README.md": card.encode()})
