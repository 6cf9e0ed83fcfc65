"""The trained model as a GGUF file: names of llama.cpp's LLaMA architecture and the metadata it needs."""
import gguf
from bpe import END_OF_TEXT, IM_END, SPECIAL

NAME = "Local Models Demo Chat"
DESCRIPTION = "A tiny demo model for the Local Models extension, trained on generated sentences only. Not for real questions."
LLAMA_FTYPE_Q8_0 = 7
NORMAL_TOKEN, CONTROL_TOKEN = 1, 3
CHATML = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
          "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def metadata(shape, tokenizer, parameters):
    u32, f32, string, boolean = gguf.UINT32, gguf.FLOAT32, gguf.STRING, gguf.BOOL
    kinds = [CONTROL_TOKEN] * len(SPECIAL) + [NORMAL_TOKEN] * (len(tokenizer.tokens) - len(SPECIAL))
    return [
        ("general.architecture", string, "llama"),
        ("general.type", string, "model"),
        ("general.name", string, NAME),
        ("general.description", string, DESCRIPTION),
        ("general.author", string, "Local Models"),
        ("general.license", string, "mit"),
        ("general.size_label", string, f"{parameters / 1e6:.1f}M"),
        ("general.tags", (gguf.ARRAY, string), ["demo", "text-generation"]),
        ("general.languages", (gguf.ARRAY, string), ["en"]),
        ("general.file_type", u32, LLAMA_FTYPE_Q8_0),
        ("general.quantization_version", u32, 2),
        ("general.alignment", u32, gguf.ALIGNMENT),
        ("llama.vocab_size", u32, shape.vocab),
        ("llama.context_length", u32, shape.context),
        ("llama.embedding_length", u32, shape.width),
        ("llama.block_count", u32, shape.layers),
        ("llama.feed_forward_length", u32, shape.feed_forward),
        ("llama.attention.head_count", u32, shape.heads),
        ("llama.attention.head_count_kv", u32, shape.kv_heads),
        ("llama.attention.layer_norm_rms_epsilon", f32, shape.norm_epsilon),
        ("llama.rope.dimension_count", u32, shape.head_width),
        ("llama.rope.freq_base", f32, shape.rope_base),
        ("tokenizer.ggml.model", string, "gpt2"),
        ("tokenizer.ggml.pre", string, "smollm"),  # cuts every digit off alone, as bpe.py does
        ("tokenizer.ggml.tokens", (gguf.ARRAY, string), tokenizer.tokens),
        ("tokenizer.ggml.token_type", (gguf.ARRAY, gguf.INT32), kinds),
        ("tokenizer.ggml.merges", (gguf.ARRAY, string), [f"{a} {b}" for a, b in tokenizer.merges]),
        ("tokenizer.ggml.bos_token_id", u32, END_OF_TEXT),
        ("tokenizer.ggml.eos_token_id", u32, IM_END),
        ("tokenizer.ggml.padding_token_id", u32, END_OF_TEXT),
        ("tokenizer.ggml.add_bos_token", boolean, True),
        ("tokenizer.chat_template", string, CHATML),
    ]


def tensors(model):
    """No output.weight: it is tied, and llama.cpp then uses token_embd.weight."""
    yield "token_embd.weight", model.embed.weight
    yield "output_norm.weight", model.norm.weight
    for i, layer in enumerate(model.layers):
        q, k, v = layer.qkv.weight.split(layer.splits)
        gate, up = layer.gate_up.weight.chunk(2)
        for name, weight in [("attn_norm", layer.attention_norm.weight), ("attn_q", q), ("attn_k", k), ("attn_v", v),
                             ("attn_output", layer.attention_out.weight), ("ffn_norm", layer.ff_norm.weight),
                             ("ffn_gate", gate), ("ffn_up", up), ("ffn_down", layer.down.weight)]:
            yield f"blk.{i}.{name}.weight", weight


def export(model, tokenizer, path):
    parameters = sum(p.numel() for p in model.parameters())
    arrays = [(name, weight.detach().numpy().copy()) for name, weight in tensors(model)]
    gguf.write(path, metadata(model.shape, tokenizer, parameters), arrays)
