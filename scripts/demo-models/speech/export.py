"""Writes what transformers.js reads: configuration, tokenizer, encoder, and one decoder for the first step and all others, int8 weights."""
import json

import torch
import torch.nn.functional as F
from torch import nn

from features import BANDS, FRAME, HOP, SAMPLE_RATE, SECONDS, WINDOW_FRAMES
from model import END, NO_TIMESTAMPS, PREFIX, START, STRIDE
from onnx_int8 import quantize_file
from sentences import WORDS

OPSET = 14
SPECIAL = {"<|endoftext|>": END, "<|startoftranscript|>": START, "<|notimestamps|>": NO_TIMESTAMPS}
SPACE = "Ġ"  # as byte-level tokenizers write it


class PlainEncoder(nn.Module):
    """The encoder with batch norm folded into its convolutions, for whole windows only."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.stem = nn.ModuleList(convolution.folded() for convolution in encoder.stem)
        self.more = nn.ModuleList(convolution.folded() for convolution in encoder.more)

    def forward(self, input_features):
        hidden = self.encoder.scaled(input_features)
        for convolution in self.stem:
            hidden = F.relu(convolution(hidden))
        for convolution in self.more:
            hidden = hidden + F.relu(convolution(hidden))
        return self.encoder.mixed(hidden.transpose(1, 2))


class CachedDecoder(nn.Module):
    """One step. All caches are empty at the first step; keys and values of the sound are computed for what the cache does not have."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, input_ids, encoder_hidden_states, *past):
        decoder = self.decoder
        known, length = past[0].shape[2], input_ids.shape[1]
        hidden = decoder.token_embedding(input_ids) + decoder.position_embedding[known:known + length]
        places = torch.arange(known + length)
        later = (places[None] > places[known:, None]).float() * -1e4
        present = []
        for i, layer in enumerate(decoder.layers):
            own = [torch.cat(both, 2) for both in zip(past[4 * i:4 * i + 2], layer.attention.keys_values(layer.norm(hidden)))]
            heard_before = past[4 * i + 2:4 * i + 4]
            new = layer.cross_attention.keys_values(encoder_hidden_states[:, heard_before[0].shape[2]:])
            heard = [torch.cat(both, 2) for both in zip(heard_before, new)]
            hidden, _ = layer(hidden, own, heard, later)
            present += [*own, *heard]
        return (decoder.logits(hidden), *present)


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def tokenizer_json():
    """Each word is one token. The numbers of all words come first: transformers.js takes what follows <|notimestamps|> for times."""
    vocabulary = {**{SPACE + word: i for i, word in enumerate(WORDS)}, **SPECIAL}
    added = [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
             for token, i in SPECIAL.items()]
    byte_level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
            "pre_tokenizer": byte_level, "post_processor": None, "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": "<|endoftext|>", "continuing_subword_prefix": "",
                      "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": True, "vocab": vocabulary,
                      "merges": []}}


def export_encoder(model, folder):
    whole = folder.parent / "encoder-fp32.onnx"
    torch.onnx.export(PlainEncoder(model.encoder).eval(), torch.zeros(2, BANDS, WINDOW_FRAMES), str(whole), input_names=["input_features"],
                      output_names=["last_hidden_state"], opset_version=OPSET,
                      dynamic_axes={"input_features": {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}})
    return quantize_file(whole, folder / "onnx/encoder_model_quantized.onnx")


def export_decoder(model, folder):
    whole, shape = folder.parent / "decoder-fp32.onnx", model.shape
    caches = [f"{i}.{side}.{part}" for i in range(shape.decoder_layers) for side in ("decoder", "encoder") for part in ("key", "value")]
    positions = WINDOW_FRAMES // STRIDE
    # An example in the middle of a sentence, with a part of every cache there, so that nothing is taken for empty.
    past = [torch.zeros(2, shape.heads, 3 if ".decoder." in name else 40, shape.width // shape.heads) for name in caches]
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "logits": {0: "batch_size", 1: "sequence_length"},
            "encoder_hidden_states": {0: "batch_size"}}
    for name in caches:
        side = "decoder" if ".decoder." in name else "encoder"
        axes[f"past_key_values.{name}"] = {0: "batch_size", 2: f"past_{side}_sequence_length"}
        axes[f"present.{name}"] = {0: "batch_size", 2: f"{side}_sequence_length"}
    example = (torch.tensor([PREFIX] * 2), torch.zeros(2, positions, shape.width), *past)
    torch.onnx.export(CachedDecoder(model.decoder).eval(), example, str(whole),
                      input_names=["input_ids", "encoder_hidden_states", *(f"past_key_values.{name}" for name in caches)],
                      output_names=["logits", *(f"present.{name}" for name in caches)], opset_version=OPSET, dynamic_axes=axes)
    return quantize_file(whole, folder / "onnx/decoder_model_merged_quantized.onnx")


def export(model, folder):
    """Returns the size of both ONNX files in bytes."""
    model.eval()
    write_json(folder / "config.json", model.shape.config())
    write_json(folder / "generation_config.json", {
        "decoder_start_token_id": START, "bos_token_id": END, "eos_token_id": END, "pad_token_id": END,
        "no_timestamps_token_id": NO_TIMESTAMPS, "is_multilingual": False, "return_timestamps": False, "max_length": model.shape.longest})
    write_json(folder / "tokenizer.json", tokenizer_json())
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "WhisperTokenizer", "model_max_length": model.shape.longest, "add_prefix_space": True,
        "clean_up_tokenization_spaces": False,
        "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
        "additional_special_tokens": list(SPECIAL)})
    write_json(folder / "preprocessor_config.json", {
        "feature_extractor_type": "WhisperFeatureExtractor", "processor_class": "WhisperProcessor", "feature_size": BANDS, "n_fft": FRAME,
        "hop_length": HOP, "sampling_rate": SAMPLE_RATE, "chunk_length": SECONDS, "n_samples": SECONDS * SAMPLE_RATE,
        "nb_max_frames": WINDOW_FRAMES, "padding_side": "right", "padding_value": 0.0, "return_attention_mask": False})
    (folder / "onnx").mkdir(exist_ok=True)
    return export_encoder(model, folder), export_decoder(model, folder)
