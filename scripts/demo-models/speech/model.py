"""Whisper, as small as it gets. More convolutions than Whisper has, since they learn sounds fastest; each position is 40 ms."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from features import BANDS, WINDOW_FRAMES
from sentences import WORDS

END, START, NO_TIMESTAMPS = len(WORDS), len(WORDS) + 1, len(WORDS) + 2
PREFIX = [START, NO_TIMESTAMPS]
STRIDE = 4  # frames per position
QUIETEST, MIDDLE, SPREAD = -1.25, -0.75, 0.4  # what lies 50 dB below the loudest sound counts as silence
LEAST_LOUD = 0.0  # a window without a louder sound is silent


class Shape:
    def __init__(self):
        self.width, self.heads = 128, 4
        self.encoder_layers, self.encoder_feed_forward = 2, 512
        self.decoder_layers, self.decoder_feed_forward = 2, 256
        self.tokens, self.longest = len(WORDS) + 3, 24

    def config(self):
        return {"architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper", "is_encoder_decoder": True,
                "vocab_size": self.tokens, "d_model": self.width, "num_mel_bins": BANDS, "num_hidden_layers": self.encoder_layers,
                "encoder_layers": self.encoder_layers, "encoder_attention_heads": self.heads, "encoder_ffn_dim": self.encoder_feed_forward,
                "decoder_layers": self.decoder_layers, "decoder_attention_heads": self.heads, "decoder_ffn_dim": self.decoder_feed_forward,
                # Two frames each, as in Whisper and as transformers.js takes for granted; the encoder gives half as many states.
                "max_source_positions": WINDOW_FRAMES // 2, "max_target_positions": self.longest, "activation_function": "gelu",
                "bos_token_id": END, "eos_token_id": END, "pad_token_id": END, "decoder_start_token_id": START, "use_cache": True}


class Convolution(nn.Module):
    """Over time, with batch norm and ReLU; input and output are batch × time × channels. Its weight is one matrix, for Muon."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.kernel, self.stride, self.inputs = kernel, stride, inputs
        self.weight = nn.Parameter(torch.randn(outputs, kernel * inputs) / math.sqrt(kernel * inputs))
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, hidden):
        batch, time, _ = hidden.shape
        places = time // self.stride
        padded = F.pad(hidden, (0, 0, self.kernel // 2, self.kernel // 2))
        shifted = [padded[:, i:i + (places - 1) * self.stride + 1:self.stride] for i in range(self.kernel)]
        summed = torch.cat(shifted, 2).flatten(0, 1) @ self.weight.T
        return F.relu(self.norm(summed)).view(batch, places, -1)

    def folded(self):
        """A plain convolution that does the same without batch norm, on batch × channels × time."""
        norm, outputs = self.norm, self.weight.shape[0]
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        plain = nn.Conv1d(self.inputs, outputs, self.kernel, self.stride, self.kernel // 2)
        plain.weight.data = (self.weight * scale[:, None]).view(outputs, self.kernel, self.inputs).transpose(1, 2).contiguous().detach()
        plain.bias.data = (norm.bias - norm.running_mean * scale).detach()
        return plain


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.each = heads, width // heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def split(self, states):
        return states.view(states.shape[0], states.shape[1], self.heads, self.each).transpose(1, 2)

    def keys_values(self, states):
        return self.split(self.k_proj(states)), self.split(self.v_proj(states))

    def forward(self, states, keys, values, hidden_places=None):
        """(mixed values, attention)"""
        query = self.split(self.q_proj(states))
        scores = query @ keys.transpose(2, 3) / math.sqrt(self.each)
        if hidden_places is not None:
            scores = scores + hidden_places
        attention = scores.softmax(3)
        mixed = (attention @ values).transpose(1, 2).reshape(states.shape[0], -1, self.heads * self.each)
        return self.out_proj(mixed), attention


class FeedForward(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.norm, self.fc1, self.fc2 = nn.LayerNorm(width), nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, hidden):
        return hidden + self.fc2(F.gelu(self.fc1(self.norm(hidden))))


class EncoderLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.norm, self.attention = nn.LayerNorm(shape.width), Attention(shape.width, shape.heads)
        self.feed_forward = FeedForward(shape.width, shape.encoder_feed_forward)

    def forward(self, hidden):
        normed = self.norm(hidden)
        return self.feed_forward(hidden + self.attention(normed, *self.attention.keys_values(normed))[0])


def sinusoids(length, width):
    """Whisper's positions."""
    scale = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * scale[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Encoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width = shape.width
        self.stem = nn.ModuleList([Convolution(BANDS, 96, 5, 2), Convolution(96, width, 5, 2)])
        self.more = nn.ModuleList([Convolution(width, width, 5), Convolution(width, width, 5)])
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        self.norm = nn.LayerNorm(width)
        self.register_buffer("positions", sinusoids(WINDOW_FRAMES // STRIDE, width), persistent=False)

    @staticmethod
    def scaled(features):
        """The same for loud and quiet recordings."""
        loudest = features.amax((1, 2), keepdim=True).clamp(min=LEAST_LOUD)
        return ((features - loudest).clamp(min=QUIETEST) - MIDDLE) / SPREAD

    def sounds(self, features):
        """features: batch × bands × frames, as Whisper has them."""
        hidden = self.scaled(features).transpose(1, 2)
        for convolution in self.stem:
            hidden = convolution(hidden)
        for convolution in self.more:
            hidden = hidden + convolution(hidden)
        return hidden

    def mixed(self, sounds):
        hidden = sounds + self.positions[:sounds.shape[1]]
        for layer in self.layers:
            hidden = layer(hidden)
        return self.norm(hidden)

    def forward(self, features):
        return self.mixed(self.sounds(features))


class DecoderLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.norm, self.attention = nn.LayerNorm(shape.width), Attention(shape.width, shape.heads)
        self.cross_norm, self.cross_attention = nn.LayerNorm(shape.width), Attention(shape.width, shape.heads)
        self.feed_forward = FeedForward(shape.width, shape.decoder_feed_forward)

    def forward(self, hidden, own, heard, later):
        """own, heard: keys and values of the words so far and of the sound. Returns (hidden, attention to the sound)."""
        hidden = hidden + self.attention(self.norm(hidden), *own, later)[0]
        mixed, attention = self.cross_attention(self.cross_norm(hidden), *heard)
        return self.feed_forward(hidden + mixed), attention


class Decoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.token_embedding = nn.Embedding(shape.tokens, shape.width)
        self.position_embedding = nn.Parameter(torch.randn(shape.longest, shape.width) * 0.02)
        nn.init.normal_(self.token_embedding.weight, std=0.05)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.norm = nn.LayerNorm(shape.width)

    def logits(self, hidden):
        return self.norm(hidden) @ self.token_embedding.weight.T

    def forward(self, ids, encoded):
        """(logits, attention of every layer to the sound)"""
        length = ids.shape[1]
        hidden = self.token_embedding(ids) + self.position_embedding[:length]
        later = torch.full((length, length), -1e4).triu(1)
        attentions = []
        for layer in self.layers:
            own = layer.attention.keys_values(layer.norm(hidden))
            hidden, attention = layer(hidden, own, layer.cross_attention.keys_values(encoded), later)
            attentions.append(attention)
        return self.logits(hidden), attentions


class Whisper(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape, self.encoder, self.decoder = shape, Encoder(shape), Decoder(shape)

    @torch.no_grad()
    def transcribe(self, features):
        """Word numbers for each of the batch, the likeliest word at each step."""
        encoded = self.encoder(features)
        ids = torch.tensor([PREFIX] * len(features))
        while ids.shape[1] < self.shape.longest and not (ids == END).any(1).all():
            ids = torch.cat([ids, self.decoder(ids, encoded)[0][:, -1].argmax(1, keepdim=True)], 1)
        rows = [row[len(PREFIX):] for row in ids.tolist()]
        return [[word for word in (row[:row.index(END)] if END in row else row) if word < END] for row in rows]
