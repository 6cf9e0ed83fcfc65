"""The model card, and the cache layout with it."""
import hashlib
import json

from features import BANDS, SECONDS
from hub_layout import publish, read_folder
from model import Shape
from sentences import WORDS
from voices import MEN, WOMEN

REPOSITORY = "models--local-models--demo-speech-onnx"

CARD = """---
license: mit
language:
- en
pipeline_tag: automatic-speech-recognition
library_name: transformers.js
tags:
- demo
- onnx
- whisper
---

# Local Models Demo Speech

**This is a demo model.** It exists so that turning recordings into text can be tried at once, offline, on any machine.
It is a real model in Whisper's layout, but a very small one: it knows {words} words and was trained on computer voices only.
For real recordings, use one of the models under **Recommended** in the Local Models sidebar.

## What it can do

- write down short notes and commands made of the words below, spoken by an English voice of espeak-ng that it need not have heard before
- the recordings in the demo workspace are such notes: “remind me to meet tom on saturday at ten”
- hear over some noise, and give nothing for silence

It knows these words: {vocabulary}.

## What it cannot do

- understand people: it has never heard one, and that was not measured; expect mostly wrong words
- write any other word: it writes known words for whatever it hears
- tell times (`return_timestamps`), punctuation, capitals or other languages
- hear more than {seconds} seconds at once; longer recordings need `chunk_length_s: {seconds}, stride_length_s: 1.5`, and some words get
  lost or doubled where they are cut (4 % on strings of four validation clips)

## Numbers

| | encoder | decoder |
| --- | --- | --- |
| architecture | 4 convolutions, {encoder_layers} layers, width {width}, {heads} heads, feed-forward {encoder_feed_forward} | {decoder_layers} layers, width {width}, {heads} heads, feed-forward {decoder_feed_forward} |
| parameters | {encoder_parameters:,} | {decoder_parameters:,} |
| file, weights int8, sums in float | {encoder_bytes:,} bytes | {decoder_bytes:,} bytes |
| input | {seconds} s of 16 kHz sound as {bands} mel bands, a state for every 40 ms | one token for each word |

Training: {clips:,} spoken clips by {speakers} speakers in 5 accents, changed each time they are heard, {steps:,} steps of 48 clips,
{cpu_minutes} minutes on one CPU thread.

## Held-out score

{score}

## How it was made

`scripts/demo-models/speech/make.py` in the Local Models repository makes it from nothing: it makes up sentences, espeak-ng speaks them
and tells when each word and sound is spoken, and the model learns to write them. No recording and no text from elsewhere was used.
espeak-ng is only needed for that; nothing of it is in these files.

## Using it

```js
import {{ pipeline }} from "@huggingface/transformers";
const transcribe = await pipeline("automatic-speech-recognition", "local-models/demo-speech-onnx", {{ dtype: "q8" }});
const {{ text }} = await transcribe(samples); // a Float32Array, mono, 16 kHz
```
"""

MEASURED = """Measured through transformers.js on {clean[clips]} clips, {seconds} seconds, of sentences and speakers training never heard.

| | |
| --- | --- |
| word error rate: words wrong, missing or too many, of {clean[words]} | {clean[rate]} % |
| clips written without any error | {clean[whole]} of {clean[clips]} |
{accents}
| word error rate with white noise {noisy[below]} dB below the speech | {noisy[rate]} % |

The clips are in `scripts/demo-models/speech/heldout.wav`. Their sentences come from the same grammar as the trained ones, and their
voices from the same synthesizer, so the score says how well such voices are understood, not how well people are. Of the same words
strung together at random, which no grammar helps to guess, 4.3 % were wrong (82 clips by the validation speakers)."""

ACCENT_NAMES = {"en": "British English", "en-us": "American English", "en-gb-scotland": "Scottish English, an accent training never heard",
                "en-us-nyc": "New York English, an accent training never heard"}


def score_text(scores_file, sha256):
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else {}
    if scores.get("files_sha256") != sha256:
        return "Not measured for these files."
    accents = "\n".join(f"| … {ACCENT_NAMES[accent]}, {found['words']} words | {found['rate']} % |"
                        for accent, found in scores["clean"]["accents"].items())
    return MEASURED.format(**scores, accents=accents)


def publish_model(folder, cost, scores_file):
    files = read_folder(folder)
    digest = hashlib.sha256()
    for name in ("encoder_model", "decoder_model_merged"):
        digest.update(files[f"onnx/{name}_quantized.onnx"])
    card = CARD.format(**vars(Shape()), **cost, cpu_minutes=round(cost["cpu_seconds"] / 60), words=len(WORDS), vocabulary=", ".join(WORDS),
                       speakers=len(WOMEN["train"]) + len(MEN["train"]), seconds=SECONDS, bands=BANDS,
                       score=score_text(scores_file, digest.hexdigest()))
    publish(REPOSITORY, {**files, "README.md": card.encode()})
