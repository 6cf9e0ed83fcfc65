import path from "node:path";
import { OnnxGraph, type Value } from "../../../bench/lib/onnx-writer";
import { byteTokenizer } from "../../../bench/lib/tokenizer-files";
import { writeJson } from "../../../bench/lib/write-json";

/** Of pictures. */
const side = 8;
/** Red, green, blue, and whether a place is text. */
const width = 4;
const heads = 2;
const size = width / heads;
/** What Florence-2 asks for a caption; the model says “unasked” unless it is asked this many tokens. */
const question = "Say it";
/** What is said of pictures that are red, green or blue, and what ends it; the letters are the bytes' numbers. */
const answers = ["r", "g", "b", "?"];

/**
 * A model of Florence-2's layout by construction, in its four graphs: it says `r`, `g` or `b` for what a picture
 * has most of, or `?` when it was not asked in the words that its settings prescribe.
 */
export function writeTinyFlorence(folder: string): void {
  const tokenizer = byteTokenizer(["<s>", "<pad>", "</s>"], []);
  const vocabulary = tokenizer.model.vocab;
  const words = Object.keys(vocabulary).length;
  const graphs: Record<string, OnnxGraph> = {
    vision_encoder: visionEncoder(),
    embed_tokens: tokenEmbedding(words),
    encoder_model: encoder(),
    decoder_model_merged: decoder(
      words,
      answers.map((answer) => vocabulary[answer] ?? 0),
      vocabulary["</s>"] ?? 0,
    ),
  };
  for (const [name, graph] of Object.entries(graphs)) {
    graph.write(path.join(folder, `onnx/${name}.onnx`));
  }
  writeJson(folder, {
    config: {
      architectures: ["Florence2ForConditionalGeneration"],
      model_type: "florence2",
      is_encoder_decoder: true,
      bos_token_id: 0,
      pad_token_id: 1,
      eos_token_id: 2,
      text_config: {
        model_type: "florence2_language",
        is_encoder_decoder: true,
        d_model: width,
        decoder_layers: 1,
        encoder_layers: 1,
        decoder_attention_heads: heads,
        encoder_attention_heads: heads,
        max_position_embeddings: 64,
        decoder_start_token_id: 2,
      },
    },
    generation_config: { decoder_start_token_id: 2, bos_token_id: 0, pad_token_id: 1, eos_token_id: 2 },
    tokenizer,
    tokenizer_config: {
      tokenizer_class: "BartTokenizer",
      model_max_length: 64,
      bos_token: "<s>",
      pad_token: "<pad>",
      eos_token: "</s>",
    },
    preprocessor_config: {
      processor_class: "Florence2Processor",
      image_processor_type: "CLIPImageProcessor",
      do_resize: true,
      size: { height: side, width: side },
      do_center_crop: false,
      resample: 3,
      do_rescale: true,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      task_prompts_without_inputs: { "<CAPTION>": question },
      task_prompts_with_input: {},
      tasks_answer_post_processing_type: { "<CAPTION>": "pure_text" },
    },
  });
}

/** Two places per picture, each with its mean color. */
function visionEncoder(): OnnxGraph {
  const g = new OnnxGraph(1);
  const pixels = g.input("pixel_values", "float", ["batch", 3, side, side]);
  const colors = g.op("ReduceMean", [pixels], { axes: [2, 3], keepdims: 0 });
  const noText = g.op("Mul", [g.op("Slice", [colors, g.ints(0), g.ints(1), g.ints(1)]), g.scalar(0)]);
  const place = g.op("Unsqueeze", [g.op("Concat", [colors, noText], { axis: 1 }), g.ints(1)]);
  g.output(g.op("Concat", [place, place], { axis: 1 }), "image_features", ["batch", 2, width]);
  return g;
}

function tokenEmbedding(words: number): OnnxGraph {
  const g = new OnnxGraph(1);
  const ids = g.input("input_ids", "int64", ["batch", "tokens"]);
  const table = new Float32Array(words * width).map((_, index) => (index % width === width - 1 ? 1 : 0));
  g.output(g.op("Gather", [g.floats(table, [words, width]), ids]), "inputs_embeds", [
    "batch",
    "tokens",
    width,
  ]);
  return g;
}

/** Gives what it gets, where the mask allows it. */
function encoder(): OnnxGraph {
  const g = new OnnxGraph(1);
  const embeddings = g.input("inputs_embeds", "float", ["batch", "tokens", width]);
  const kept = g.input("attention_mask", "int64", ["batch", "tokens"]);
  const masked = g.op("Mul", [embeddings, g.op("Unsqueeze", [g.toFloat(kept), g.ints(2)])]);
  g.output(masked, "last_hidden_state", ["batch", "tokens", width]);
  return g;
}

/** Its first token is the answer, every later one the end. */
function decoder(words: number, answerTokens: readonly number[], endToken: number): OnnxGraph {
  const g = new OnnxGraph(1);
  const fresh = g.input("inputs_embeds", "float", ["batch", "fresh", width]);
  const encoded = g.input("encoder_hidden_states", "float", ["batch", "encoded", width]);
  g.input("encoder_attention_mask", "int64", ["batch", "encoded"]);
  const names = ["decoder.key", "decoder.value", "encoder.key", "encoder.value"];
  const past = names.map((name) =>
    g.input(`past_key_values.0.${name}`, "float", [
      "batch",
      heads,
      name.startsWith("d") ? "past" : "seen",
      size,
    ]),
  );
  g.input("use_cache_branch", "bool", [1]);

  const sums = g.op("ReduceSum", [encoded, g.ints(1)], { keepdims: 0 });
  const colors = g.op("Slice", [sums, g.ints(0), g.ints(3), g.ints(1)]);
  const asked = g.op("Slice", [sums, g.ints(3), g.ints(4), g.ints(1)]);
  const difference = g.op("Abs", [g.op("Sub", [asked, g.scalar(question.length)])]);
  const doubt = g.op("Sub", [g.op("Mul", [difference, g.scalar(100)]), g.scalar(50)]);
  // Scores of the four answers, brought to the places of their tokens.
  const scores = g.op("Concat", [colors, doubt], { axis: 1 });
  const places = new Float32Array(answers.length * words);
  answerTokens.forEach((token, index) => (places[index * words + token] = 1));
  const others = new Float32Array(words).map((_, token) => (answerTokens.includes(token) ? 0 : -1000));
  const answer = g.op("Add", [
    g.op("MatMul", [scores, g.floats(places, [answers.length, words])]),
    g.floats(others, [words]),
  ]);
  const end = new Float32Array(words).map((_, token) => (token === endToken ? 5000 : 0));
  const position = g.toFloat(g.size(past[0] ?? "", 2));
  const later = g.op("Mul", [g.op("Min", [position, g.scalar(1)]), g.floats(end, [words])]);
  const logits = g.op("Unsqueeze", [g.op("Add", [answer, later]), g.ints(1)]);
  g.output(logits, "logits", ["batch", "fresh", words]);

  const ofSteps: Value = g.heads(fresh, heads, size);
  const ofPicture: Value = g.heads(encoded, heads, size);
  for (const [index, name] of names.entries()) {
    const grown = g.op("Concat", [past[index] ?? "", name.startsWith("d") ? ofSteps : ofPicture], {
      axis: 2,
    });
    g.output(grown, `present.0.${name}`, ["batch", heads, "total", size]);
  }
  return g;
}
