"""The model card, and the cache layout with it."""
import hashlib
import json

import captioner
from hub_layout import publish, read_folder
from things import COLORS, KINDS  # in ../image-text

REPOSITORY = "models--local-models--demo-captioner-onnx"

CARD = """---
license: mit
language:
- en
pipeline_tag: image-to-text
library_name: transformers.js
tags:
- demo
- onnx
- vision-encoder-decoder
---

# Local Models Demo Captioner

**This is a demo model.** It exists so that captioning pictures can be tried at once, offline, on any machine.
It is a real model in the layout of vit-gpt2-image-captioning, but a very small one, trained only on drawn scenes such as those in
the demo pictures. For photographs, use one of the models under **Recommended** in the Local Models sidebar.

## What it can do

It says in one line what a drawn scene shows, always in the same words and order:

- one thing, its size, colour, place and position: “a small red car on the beach, at the top left”
- two to five alike: “three blue stars at night”
- two things and how they stand: “a purple cup left of a white heart in a meadow”, “an orange rocket above a red ball in the desert”

It knows these things: {kinds}.
Colours: {colors}.
Places: meadow, beach, snow, night, desert, room, city, mountains, plain background. Numbers up to five.

## What it cannot do

- caption photographs: it will name something from these lists whatever it sees
- say anything else about a picture, answer questions about it, or use another language
- see details: pictures are squeezed into {image} × {image} pixels

## Numbers

| | picture | words |
| --- | --- | --- |
| architecture | 3 convolutions, {layers} layers, width {image_width}, {image_heads} heads, feed-forward {image_feed_forward} | GPT-2 with cross attention: {decoder_layers} layers, width {decoder_width}, {decoder_heads} heads, feed-forward {decoder_feed_forward} |
| parameters | {encoder_parameters:,} | {decoder_parameters:,} |
| file, weights int8, sums in float | {encoder_bytes:,} bytes | {decoder_bytes:,} bytes |
| | {patches} patches | {vocabulary} byte-pair tokens, a word of a caption is one |

Training: the picture half starts from the demo image-text model ({clip_minutes} minutes). Then {pictures:,} pictures, drawn on the way,
{cpu_minutes} minutes on one CPU thread.

## Held-out score

{score}

## How it was made

`scripts/demo-models/captioner/make.py` in the Local Models repository makes it: it draws scenes, whose captions follow from what is
drawn. No picture and no text from elsewhere was used.

## Using it

```js
import {{ pipeline }} from "@huggingface/transformers";
const captioner = await pipeline("image-to-text", "local-models/demo-captioner-onnx", {{ dtype: "q8" }});
const [{{ generated_text }}] = await captioner("scene.png");
```
"""

MEASURED = """Measured through transformers.js on {all[of]} scenes that neither half saw in training. A caption counts only when it is right
word for word: everything it says about the scene.

| | scenes | fully right |
| --- | --- | --- |
| all | {all[of]} | {all[right]} % |
| one thing, with size and position | {one[of]} | {one[right]} % |
| several alike | {many[of]} | {many[right]} % |
| two things | {pair[of]} | {pair[right]} % |
| of all: with a kind in a colour that training never showed | {unknown[of]} | {unknown[right]} % |

The pictures are those of `scripts/demo-models/image-text/`, drawn by the same code as the training pictures, in combinations kept out
of training. So the score says how well such scenes are told, not how well any picture is."""


def score_text(scores_file, sha256):
    scores = json.loads(scores_file.read_text()) if scores_file.exists() else {}
    if scores.get("files_sha256") != sha256:
        return "Not measured for these files."
    return MEASURED.format(**scores)


def publish_model(folder, cost, clip_cost, scores_file, shape):
    files = read_folder(folder)
    digest = hashlib.sha256()
    for name in ("encoder_model", "decoder_model_merged"):
        digest.update(files[f"onnx/{name}_quantized.onnx"])
    card = CARD.format(**vars(shape), **cost, cpu_minutes=round(cost["cpu_seconds"] / 60), kinds=", ".join(KINDS), colors=", ".join(COLORS),
                       clip_minutes=round(clip_cost["cpu_seconds"] / 60), patches=(shape.image // shape.patch) ** 2,
                       decoder_layers=captioner.LAYERS, decoder_width=captioner.WIDTH, decoder_heads=captioner.HEADS,
                       decoder_feed_forward=captioner.FEED_FORWARD, score=score_text(scores_file, digest.hexdigest()))
    publish(REPOSITORY, {**files, "README.md": card.encode()})
