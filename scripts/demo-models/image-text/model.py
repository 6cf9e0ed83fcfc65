"""CLIP, as small as it gets: a text and a picture tower that give vectors in one space. Three convolutions cut the picture up."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Shape:
    def __init__(self, vocab, end_token):
        self.vocab, self.end_token = vocab, end_token
        self.image, self.patch, self.image_width, self.image_feed_forward, self.image_heads = 64, 8, 144, 432, 4
        self.positions, self.text_width, self.text_feed_forward, self.text_heads = 40, 128, 384, 4
        self.layers, self.projection = 2, 128

    def config(self):
        common = {"num_hidden_layers": self.layers, "projection_dim": self.projection, "hidden_act": "gelu", "layer_norm_eps": 1e-5}
        text = {"model_type": "clip_text_model", "vocab_size": self.vocab, "hidden_size": self.text_width,
                "intermediate_size": self.text_feed_forward, "num_attention_heads": self.text_heads,
                "max_position_embeddings": self.positions, "bos_token_id": self.end_token - 1, "eos_token_id": self.end_token,
                "pad_token_id": self.end_token, **common}
        vision = {"model_type": "clip_vision_model", "hidden_size": self.image_width, "intermediate_size": self.image_feed_forward,
                  "num_attention_heads": self.image_heads, "image_size": self.image, "patch_size": self.patch, "num_channels": 3, **common}
        return {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": self.projection, "logit_scale_init_value": 2.6592,
                "text_config": text, "vision_config": vision}


class Layer(nn.Module):
    def __init__(self, width, feed_forward, heads):
        super().__init__()
        self.heads = heads
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))
        self.fc1, self.fc2 = nn.Linear(width, feed_forward), nn.Linear(feed_forward, width)

    def forward(self, hidden, hidden_places=None):
        batch, length, width = hidden.shape
        each = width // self.heads
        normed = self.layer_norm1(hidden)
        query, key, value = (part(normed).view(batch, length, self.heads, each).transpose(1, 2)
                             for part in (self.q_proj, self.k_proj, self.v_proj))
        scores = query @ key.transpose(2, 3) / math.sqrt(each)
        if hidden_places is not None:
            scores = scores + hidden_places
        mixed = (scores.softmax(3) @ value).transpose(1, 2).reshape(batch, length, width)
        hidden = hidden + self.out_proj(mixed)
        return hidden + self.fc2(F.gelu(self.fc1(self.layer_norm2(hidden))))


class TextTower(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, self.end_token = shape.text_width, shape.end_token
        self.token_embedding = nn.Embedding(shape.vocab, width)
        self.position_embedding = nn.Embedding(shape.positions, width)
        nn.init.normal_(self.token_embedding.weight, std=0.05)
        nn.init.normal_(self.position_embedding.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(width, shape.text_feed_forward, shape.text_heads) for _ in range(shape.layers))
        self.final_layer_norm = nn.LayerNorm(width)
        self.text_projection = nn.Linear(width, shape.projection, bias=False)

    def forward(self, input_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        hidden = self.token_embedding(input_ids) + self.position_embedding(places)
        later = (places[None, :] > places[:, None]).to(hidden.dtype) * -10000.0
        for layer in self.layers:
            hidden = layer(hidden, later)
        end = (input_ids == self.end_token).to(torch.int32).argmax(1)  # the first one; the rest is padding
        # What stands at the end token, picked by a product, which exports plainly.
        chosen = (places[None, :] == end[:, None]).to(hidden.dtype)
        return self.text_projection((self.final_layer_norm(hidden) * chosen[:, :, None]).sum(1))


class ImageTower(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width = shape.image_width

        def convolution(inputs, outputs):
            return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs))
        self.stem = nn.Sequential(convolution(3, 32), nn.ReLU(), convolution(32, 64), nn.ReLU(), convolution(64, width))
        self.class_embedding = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.position_embedding = nn.Parameter(torch.randn(1, (shape.image // shape.patch) ** 2 + 1, width) * 0.02)
        self.layers = nn.ModuleList(Layer(width, shape.image_feed_forward, shape.image_heads) for _ in range(shape.layers))
        self.post_layernorm = nn.LayerNorm(width)
        self.visual_projection = nn.Linear(2 * width, shape.projection, bias=False)

    def hidden(self, pixel_values):
        """The state of the class token and of every patch; a captioner can start from it."""
        patches = self.stem(pixel_values).flatten(2).transpose(1, 2)
        hidden = torch.cat([self.class_embedding.expand(patches.shape[0], -1, -1), patches], 1) + self.position_embedding
        for layer in self.layers:
            hidden = layer(hidden)
        return self.post_layernorm(hidden)

    @staticmethod
    def pooled(hidden):
        return torch.cat([hidden[:, 0], hidden[:, 1:].mean(1)], 1)

    def forward(self, pixel_values):
        return self.visual_projection(self.pooled(self.hidden(pixel_values)))


class Clip(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape, self.text, self.image = shape, TextTower(shape), ImageTower(shape)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(12.0)))
