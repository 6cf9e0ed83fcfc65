"""Writes what transformers.js reads: configuration, tokenizer, and both halves as ONNX with int8 weights."""
import shutil

import captioner
import torch
from export import OPSET, write_json  # in ../image-text
from onnx_int8 import quantize_file
from tokens import END, END_NAME, tokenizer_json
from torch import nn

MOST_WORDS = 24


class EncoderFile(nn.Module):
    def __init__(self, tower):
        super().__init__()
        self.tower = tower

    def forward(self, pixel_values):
        return self.tower.hidden(pixel_values)


class DecoderFile(nn.Module):
    """With the cache as separate inputs and outputs. An empty cache is the first step, so no second branch is needed."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, input_ids, encoder_hidden_states, *past):
        scores, present = self.decoder(input_ids, encoder_hidden_states, list(zip(past[::2], past[1::2])))
        return (scores, *(part for kept in present for part in kept))


def config(shape, vocabulary):
    encoder = {"model_type": "vit", "hidden_size": shape.image_width, "num_hidden_layers": shape.layers,
               "num_attention_heads": shape.image_heads, "intermediate_size": shape.image_feed_forward, "hidden_act": "gelu",
               "image_size": shape.image, "patch_size": shape.patch, "num_channels": 3}
    decoder = {"model_type": "gpt2", "vocab_size": vocabulary, "n_embd": captioner.WIDTH, "n_layer": captioner.LAYERS,
               "n_head": captioner.HEADS, "n_inner": captioner.FEED_FORWARD, "n_positions": captioner.POSITIONS,
               "n_ctx": captioner.POSITIONS, "activation_function": "gelu", "add_cross_attention": True, "is_decoder": True,
               "bos_token_id": END, "eos_token_id": END}
    ends = {"bos_token_id": END, "eos_token_id": END, "pad_token_id": END, "decoder_start_token_id": END}
    return {"architectures": ["VisionEncoderDecoderModel"], "model_type": "vision-encoder-decoder", "is_encoder_decoder": True,
            "tie_word_embeddings": False, **ends, "encoder": encoder, "decoder": decoder}, ends


def write_onnx(module, example, inputs, outputs, axes, folder, name):
    whole = folder.parent / f"captioner-{name}-fp32.onnx"
    torch.onnx.export(module.eval(), example, str(whole), input_names=inputs, output_names=outputs, dynamic_axes=axes,
                      opset_version=OPSET, do_constant_folding=True)
    return quantize_file(whole, folder / f"onnx/{name}_quantized.onnx")


def write_decoder(decoder, shape, folder):
    layers = range(captioner.LAYERS)
    past, present = ([f"{prefix}.{i}.{part}" for i in layers for part in ("key", "value")] for prefix in ("past_key_values", "present"))
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"},
            "logits": {0: "batch_size", 1: "sequence_length"},
            **{name: {0: "batch_size", 2: "past_sequence_length"} for name in past},
            **{name: {0: "batch_size", 2: "total_sequence_length"} for name in present}}
    patches = torch.zeros(2, (shape.image // shape.patch) ** 2 + 1, shape.image_width)
    kept = [torch.zeros(2, captioner.HEADS, 3, captioner.WIDTH // captioner.HEADS) for _ in past]
    example = (torch.full((2, 2), END), patches, *kept)
    return write_onnx(DecoderFile(decoder), example, ["input_ids", "encoder_hidden_states", *past], ["logits", *present], axes,
                      folder, "decoder_model_merged")


def export(model, tokenizer, folder):
    """Returns the size of both ONNX files in bytes."""
    shape = model.shape
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    settings, ends = config(shape, len(tokenizer.tokens))
    write_json(folder / "config.json", settings)
    write_json(folder / "generation_config.json", {**ends, "max_new_tokens": MOST_WORDS})
    write_json(folder / "tokenizer.json", tokenizer_json(tokenizer))
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "GPT2Tokenizer", "model_max_length": captioner.POSITIONS, "add_prefix_space": False,
        "bos_token": END_NAME, "eos_token": END_NAME, "pad_token": END_NAME, "unk_token": END_NAME})
    # Pictures are prepared as for the image-text model.
    shutil.copyfile(folder.parent / "image-text/preprocessor_config.json", folder / "preprocessor_config.json")
    encoder = write_onnx(EncoderFile(model.encoder), torch.zeros(2, 3, shape.image, shape.image), ["pixel_values"], ["last_hidden_state"],
                         {"pixel_values": {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}}, folder, "encoder_model")
    return encoder, write_decoder(model.decoder, shape, folder)
