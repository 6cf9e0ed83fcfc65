"""The weights as an ONNX decoder with a cache, in the layout that transformers.js reads for model_type gpt2."""
import decoder_onnx
import torch
from bpe import END_OF_TEXT
from gpt2 import gelu
from torch import nn


class CachedDecoder(nn.Module):
    """Takes new tokens and the cache of all earlier ones."""

    def __init__(self, gpt2):
        super().__init__()
        self.gpt2 = gpt2

    def forward(self, input_ids, attention_mask, position_ids, *cache):
        mask = decoder_onnx.visible(attention_mask, input_ids.shape[1]).unsqueeze(1)
        x = self.gpt2.embed(input_ids) + self.gpt2.positions(position_ids)
        present = []
        for i, layer in enumerate(self.gpt2.layers):
            x, key, value = self.layer_step(layer, self.gpt2.shape, x, mask, cache[2 * i], cache[2 * i + 1])
            present += [key, value]
        return (self.gpt2.logits(self.gpt2.norm(x)), *present)

    @staticmethod
    def layer_step(layer, s, x, mask, old_key, old_value):
        batch, fresh = x.shape[0], x.shape[1]
        parts = layer.qkv(layer.attention_norm(x)).reshape(batch, fresh, 3, s.heads, s.head_width).permute(2, 0, 3, 1, 4)
        key, value = torch.cat([old_key, parts[1]], dim=2), torch.cat([old_value, parts[2]], dim=2)
        weights = (parts[0] @ key.transpose(2, 3) * s.head_width ** -0.5 + mask).softmax(-1)
        x = x + layer.attention_out((weights @ value).transpose(1, 2).reshape(batch, fresh, s.width))
        return x + layer.down(gelu(layer.up(layer.ff_norm(x)))), key, value


def write_model(model, fp32, quantized):
    s = model.shape
    return decoder_onnx.write_decoder(CachedDecoder(model), s.layers, s.heads, s.head_width, fp32, quantized)


def write_settings(shape, tokenizer, folder):
    """No chat template: the model knows plain turns only; see plain_turns.py."""
    config = {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": shape.vocab, "n_positions": shape.context,
        "n_ctx": shape.context, "n_embd": shape.width, "n_layer": shape.layers, "n_head": shape.heads, "n_inner": shape.feed_forward,
        "activation_function": "gelu_new", "layer_norm_epsilon": shape.norm_epsilon, "tie_word_embeddings": True, "torch_dtype": "float32"}
    decoder_onnx.write_settings(config, tokenizer, shape.context, END_OF_TEXT, folder)
