"""The same weights as an ONNX decoder with a cache, in the layout that transformers.js reads for model_type llama."""
import decoder_onnx
import torch
import torch.nn.functional as F
from bpe import IM_END
from export import CHATML
from torch import nn


def rotate(x, cos, sin):
    """As in model.py, with operators that the exporter knows."""
    pairs = x.reshape(x.shape[0], x.shape[1], x.shape[2], -1, 2)
    return x * cos + torch.cat([pairs[..., 1:], pairs[..., :1]], dim=-1).reshape(x.shape) * sin


class CachedDecoder(nn.Module):
    """Takes new tokens and the cache of all earlier ones."""

    def __init__(self, llama):
        super().__init__()
        self.llama = llama

    def forward(self, input_ids, attention_mask, position_ids, *cache):
        shape = self.llama.shape
        cos, sin = self.llama.cos[position_ids].unsqueeze(2), self.llama.sin[position_ids].unsqueeze(2)
        mask = decoder_onnx.visible(attention_mask, input_ids.shape[1]).unsqueeze(1).unsqueeze(1)
        x = self.llama.embed(input_ids)
        present = []
        for i, layer in enumerate(self.llama.layers):
            x, key, value = self.layer_step(layer, shape, x, cos, sin, mask, cache[2 * i], cache[2 * i + 1])
            present += [key, value]
        return (self.llama.logits(self.llama.norm(x)), *present)

    @staticmethod
    def layer_step(layer, s, x, cos, sin, mask, old_key, old_value):
        batch, fresh = x.shape[0], x.shape[1]
        q, k, v = layer.qkv(layer.attention_norm(x)).split(layer.splits, dim=-1)
        q = rotate(q.reshape(batch, fresh, s.heads, s.head_width), cos, sin) * s.head_width ** -0.5
        # Heads that share a key head lie one after the other, so they are a dimension of their own.
        q = q.reshape(batch, fresh, s.kv_heads, s.heads // s.kv_heads, s.head_width).permute(0, 2, 3, 1, 4)
        k = rotate(k.reshape(batch, fresh, s.kv_heads, s.head_width), cos, sin).transpose(1, 2)
        v = v.reshape(batch, fresh, s.kv_heads, s.head_width).transpose(1, 2)
        key, value = torch.cat([old_key, k], dim=2), torch.cat([old_value, v], dim=2)
        scores = q @ key.unsqueeze(2).transpose(3, 4) + mask
        mixed = scores.softmax(-1) @ value.unsqueeze(2)
        x = x + layer.attention_out(mixed.permute(0, 3, 1, 2, 4).reshape(batch, fresh, s.width))
        gate, up = layer.gate_up(layer.ff_norm(x)).chunk(2, dim=-1)
        return x + layer.down(F.silu(gate) * up), key, value


def write_onnx(model, fp32, quantized):
    s = model.shape
    return decoder_onnx.write_decoder(CachedDecoder(model), s.layers, s.kv_heads, s.head_width, fp32, quantized)


def write_settings(shape, tokenizer, folder):
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": shape.vocab, "max_position_embeddings": shape.context,
        "hidden_size": shape.width, "intermediate_size": shape.feed_forward, "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads, "num_key_value_heads": shape.kv_heads, "head_dim": shape.head_width, "hidden_act": "silu",
        "rms_norm_eps": shape.norm_epsilon, "rope_theta": shape.rope_base, "tie_word_embeddings": True, "attention_bias": False,
        "mlp_bias": False, "torch_dtype": "float32"}
    decoder_onnx.write_settings(config, tokenizer, shape.context, IM_END, folder, chat_template="{{ bos_token }}" + CHATML)
