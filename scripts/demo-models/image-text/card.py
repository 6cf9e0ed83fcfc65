"""The model card, and the cache layout with it."""
import hashlib
import json

from hub_layout import publish, read_folder
from things import COLORS, KINDS

REPOSITORY = "models--local-models--demo-image-text-onnx"

CARD = """---
license: mit
language:
- en
pipeline_tag: zero-shot-image-classification
library_name: transformers.js
tags:
- demo
- onnx
- clip
---

# Local Models Demo Image-Text

**This is a demo model.** It exists so that finding pictures by words can be tried at once, offline, on any machine.
It is a real model in CLIP's layout, but a very small one, trained only on drawn scenes such as those in the demo pictures.
For photographs, use one of the models under **Recommended** in the Local Models sidebar.

## What it can do

- give a picture and an English phrase vectors of {projection} numbers that lie close together when the phrase fits the picture
- find drawn scenes by thing and colour (“red car”), number (“two houses”), place (“a tree in the snow”),
  position (“in the top left”), size (“a tiny key”) and relation (“a cat left of a lamp”)
- combine kinds and colours that it has never seen together

It knows these things: {kinds}.
Colours: {colors}.
Places: meadow, beach, snow, night, desert, room, city, mountains, plain background. Numbers up to five.

## What it cannot do

- recognise anything in photographs, or things, colours and places outside these lists
- understand sentences, negation or other languages; words it does not know are noise to it
- see details: pictures are squeezed into {image} × {image} pixels

## Numbers

| | text | picture |
| --- | --- | --- |
| architecture | {layers} layers, width {text_width}, {text_heads} heads, feed-forward {text_feed_forward} | 3 convolutions, {layers} layers, width {image_width}, {image_heads} heads, feed-forward {image_feed_forward} |
| parameters | {text_parameters:,} | {image_parameters:,} |
| file, weights int8, sums in float | {text_bytes:,} bytes | {image_bytes:,} bytes |
| input | up to {positions} of {vocabulary} byte-pair tokens, small letters | {image} × {image} pixels |

Training: {pictures:,} pictures, drawn on the way, with two captions each, {cpu_minutes} minutes on one CPU thread.

## Held-out score

{score}

## How it was made

`scripts/demo-models/image-text/make.py` in the Local Models repository makes it from nothing: it draws scenes, says what is on them,
and the model learns which words fit which picture. No picture and no text from elsewhere was used.

## Using it

```js
import {{ AutoProcessor, AutoTokenizer, CLIPTextModelWithProjection, CLIPVisionModelWithProjection, RawImage }} from "@huggingface/transformers";
const id = "local-models/demo-image-text-onnx";
const tokenizer = await AutoTokenizer.from_pretrained(id);
const processor = await AutoProcessor.from_pretrained(id);
const textModel = await CLIPTextModelWithProjection.from_pretrained(id, {{ dtype: "q8" }});
const visionModel = await CLIPVisionModelWithProjection.from_pretrained(id, {{ dtype: "q8" }});
const {{ text_embeds }} = await textModel(tokenizer(["red car", "two houses"], {{ padding: true, truncation: true }}));
const {{ image_embeds }} = await visionModel(await processor(await RawImage.read("scene.png")));
```

The vectors are to be made unit length; their products say how well words and picture fit. There is no joint `model.onnx`.
"""

MEASURED = """Measured through transformers.js on {caption[of]} scenes that training never saw.

| | |
| --- | --- |
| the caption's own picture is first of {caption[of]} | {caption[top1]} % |
| … is among the first five | {caption[top5]} % |
| first, for {caption[unknown_of]} scenes with a kind in a colour that training never showed | {caption[unknown_top1]} % |
| precision of the first three pictures for {bare[colour][of]} queries like “red car” | {bare[colour][precision3]} |
| … for {bare[number][of]} queries like “two houses” | {bare[number][precision3]} |
| … for {bare[place][of]} queries like “tree snow” | {bare[place][precision3]} |

Pictures, captions and queries are in `scripts/demo-models/image-text/`. They are drawn by the same code as the training pictures, in
combinations kept out of training, so the score says how well such scenes are understood, not how well any picture is."""


def score_text(scores_file, sha256):
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else {}
    if scores.get("files_sha256") != sha256:
        return "Not measured for these files."
    return MEASURED.format(**scores)


def publish_model(folder, cost, scores_file, shape):
    files = read_folder(folder)
    digest = hashlib.sha256()
    for name in ("text_model", "vision_model"):
        digest.update(files[f"onnx/{name}_quantized.onnx"])
    card = CARD.format(**vars(shape), **cost, cpu_minutes=round(cost["cpu_seconds"] / 60), kinds=", ".join(KINDS),
                       colors=", ".join(COLORS), score=score_text(scores_file, digest.hexdigest()))
    publish(REPOSITORY, {**files, "README.md": card.encode()})
