import * as assert from "node:assert/strict";
import { kindOf, hintsOfConfig, hintsOfModelCard } from "../../../src/library/kind";
import type { ModelVariant, RemoteFile } from "../../../src/library/model";
import { recommendedVariant, variantByHint } from "../../../src/library/recommend";
import { quantizationLabel, variantsOf } from "../../../src/library/variants";

const files = (sizes: Record<string, number>): RemoteFile[] =>
  Object.entries(sizes).map(([path, sizeBytes]) => ({ path, sizeBytes }));
const paths = (variant: ModelVariant | undefined) => variant?.files.map((file) => file.path).sort();

describe("variants of a repository", () => {
  it("lists one per GGUF file, smallest first, with the small companions", () => {
    const variants = variantsOf(
      files({
        "README.md": 900,
        "config.json": 100,
        "m-Q8_0.gguf": 8_000,
        "m-Q4_K_M.gguf": 4_000,
        "mmproj-m-f16.gguf": 500,
        "m-mmproj-f16.gguf": 500,
        "m.imatrix.gguf": 10,
        "m-00001-of-00002.safetensors": 9_000,
      }),
    );
    assert.deepEqual(
      variants.map(({ label, sizeBytes }) => [label, sizeBytes]),
      [
        ["Q4_K_M", 5_000],
        ["Q8_0", 9_000],
      ],
    );
    assert.deepEqual(paths(variants[0]), ["README.md", "config.json", "m-Q4_K_M.gguf"]);
  });

  it("groups split files and leaves out those with a missing part", () => {
    const variants = variantsOf(
      files({
        "q8/m-q8_0-00001-of-00003.gguf": 10,
        "q8/m-q8_0-00002-of-00003.gguf": 10,
        "q8/m-q8_0-00003-of-00003.gguf": 5,
        "m-f16-00001-of-00002.gguf": 10,
      }),
    );
    assert.equal(variants.length, 1);
    assert.equal(variants[0]?.label, "Q8_0");
    assert.equal(variants[0].primaryFile, "q8/m-q8_0-00001-of-00003.gguf");
    assert.equal(variants[0].sizeBytes, 25);
  });

  it("is not talked into endless parts", () => {
    assert.deepEqual(variantsOf(files({ "m-00001-of-99999.gguf": 1 })), []);
    assert.deepEqual(variantsOf(files({ "m-00000-of-00000.gguf": 1 })), []);
  });

  it("lists one per complete ONNX precision with external data and JSON files", () => {
    const variants = variantsOf(
      files({
        "config.json": 1,
        "tokenizer.json": 2,
        "preprocessor_config.json": 3,
        "pytorch_model.bin": 900,
        "onnx/model.onnx": 10,
        "onnx/model.onnx_data": 400,
        "onnx/model.onnx_data_1": 400,
        "onnx/model_quantized.onnx": 100,
        "onnx/model_O3.onnx": 77,
        "onnx/model_qint8_avx512.onnx": 78,
      }),
    );
    assert.deepEqual(
      variants.map(({ label, engine, primaryFile, sizeBytes }) => [label, engine, primaryFile, sizeBytes]),
      [
        ["q8", "onnx", "onnx/model_quantized.onnx", 106],
        ["fp32", "onnx", "onnx/model.onnx", 816],
      ],
    );
  });

  it("keeps the parts of a model together and drops those that another replaces", () => {
    const variants = variantsOf(
      files({
        "config.json": 1,
        "onnx/encoder_model_q4.onnx": 10,
        "onnx/decoder_model_merged_q4.onnx": 10,
        "onnx/decoder_model_q4.onnx": 10,
        "onnx/decoder_with_past_model_q4.onnx": 10,
        "onnx/encoder_model.onnx": 40,
        "onnx/decoder_model.onnx": 40,
      }),
    );
    assert.deepEqual(
      variants.map((variant) => variant.label),
      ["q4"],
    );
    assert.deepEqual(paths(variants[0]), [
      "config.json",
      "onnx/decoder_model_merged_q4.onnx",
      "onnx/encoder_model_q4.onnx",
    ]);
    const clip = variantsOf(
      files({
        "config.json": 1,
        "onnx/model_fp16.onnx": 30,
        "onnx/text_model_fp16.onnx": 10,
        "onnx/vision_model_fp16.onnx": 20,
      }),
    );
    assert.deepEqual(paths(clip[0]), [
      "config.json",
      "onnx/text_model_fp16.onnx",
      "onnx/vision_model_fp16.onnx",
    ]);
    assert.deepEqual(variantsOf(files({ "onnx/model.onnx": 1 })), [], "no config.json");
  });

  it("reads the quantization from many spellings", () => {
    const labels: Record<string, string> = {
      "Llama-3.2-3B-Instruct-Q4_K_M.gguf": "Q4_K_M",
      "qwen2.5-1.5b-instruct-q4_k_m.gguf": "Q4_K_M",
      "nomic-embed-text-v1.5.Q8_0.gguf": "Q8_0",
      "Qwen3-8B-UD-IQ2_XXS.gguf": "UD-IQ2_XXS",
      "model-f16.gguf": "F16",
      "BF16/m-BF16-00001-of-00002.gguf": "BF16",
      "gpt-oss-20b-mxfp4.gguf": "MXFP4",
      "model.gguf": "model",
    };
    for (const [file, label] of Object.entries(labels)) {
      assert.equal(quantizationLabel(file), label, file);
    }
  });

  it("recommends Q4_K_M, else what is near, and only what fits", () => {
    const variants = variantsOf(
      files({ "m-Q2_K.gguf": 2e9, "m-Q4_K_M.gguf": 4e9, "m-Q5_K_M.gguf": 5e9, "m-Q8_0.gguf": 8e9 }),
    );
    assert.equal(recommendedVariant(variants, 16e9)?.label, "Q4_K_M");
    assert.equal(recommendedVariant(variants, 3e9)?.label, "Q2_K");
    assert.equal(recommendedVariant(variants, 1e9), undefined);
    assert.equal(
      recommendedVariant(
        variants.filter((v) => v.label !== "Q4_K_M"),
        16e9,
      )?.label,
      "Q5_K_M",
    );
    assert.equal(variantByHint(variants, "q8_0")?.label, "Q8_0");
    assert.equal(variantByHint(variants, "m-Q2_K.gguf")?.label, "Q2_K");
  });
});

describe("the kind of a model", () => {
  const gguf = (repoId: string, more: object = {}) =>
    kindOf({ repoId, primaryFile: `${repoId.split("/")[1] ?? ""}.gguf`, ...more });

  it("follows the hub's task", () => {
    const onnx = (pipelineTag: string) =>
      kindOf({ repoId: "a/b", primaryFile: "onnx/model.onnx", pipelineTag });
    assert.equal(onnx("text-generation"), "chat");
    assert.equal(onnx("feature-extraction"), "embedding");
    assert.equal(onnx("zero-shot-image-classification"), "image-text");
    assert.equal(onnx("image-to-text"), "caption");
    assert.equal(onnx("automatic-speech-recognition"), "speech");
    assert.equal(onnx("text-ranking"), "reranking");
    assert.equal(onnx("object-detection"), "other");
    assert.equal(onnx("image-text-to-text"), "other");
    assert.equal(
      kindOf({
        repoId: "onnx-community/Florence-2-base-ft",
        primaryFile: "onnx/encoder_model.onnx",
        pipelineTag: "image-text-to-text",
      }),
      "caption",
    );
    assert.equal(
      kindOf({ repoId: "Xenova/ms-marco-MiniLM-L-6-v2", primaryFile: "onnx/model.onnx" }),
      "reranking",
    );
    assert.equal(gguf("a/b", { pipelineTag: "image-text-to-text" }), "chat");
  });

  it("takes a GGUF for chat unless its name or architecture says otherwise", () => {
    assert.equal(gguf("bartowski/SmolLM2-360M-Instruct-GGUF"), "chat");
    assert.equal(gguf("CompendiumLabs/bge-small-en-v1.5-gguf"), "embedding");
    assert.equal(gguf("nomic-ai/nomic-embed-text-v1.5-GGUF"), "embedding");
    assert.equal(gguf("Qwen/Qwen3-Embedding-0.6B-GGUF", { pipelineTag: "text-generation" }), "embedding");
    assert.equal(gguf("ggml-org/embeddinggemma-300M-GGUF"), "embedding");
    assert.equal(gguf("intfloat/e5-small"), "embedding");
    assert.equal(gguf("gpustack/bge-reranker-v2-m3-GGUF"), "reranking");
    assert.equal(gguf("x/y", { modelType: "bert" }), "embedding");
    assert.equal(gguf("x/y", { architectures: ["LlamaForCausalLM"] }), "chat");
    assert.equal(gguf("x/Roberta-the-storyteller"), "chat");
    assert.equal(gguf("x/Gemma-The-Writer-9B"), "chat");
  });

  it("reads configs and model cards, and survives what is none", () => {
    assert.deepEqual(hintsOfConfig({ model_type: "clip", architectures: ["CLIPModel", 3] }), {
      modelType: "clip",
      architectures: ["CLIPModel"],
    });
    assert.deepEqual(hintsOfConfig("nonsense"), {});
    assert.deepEqual(
      hintsOfModelCard(
        '---\nlicense: mit\npipeline_tag: "feature-extraction"\nlibrary_name: gguf\n---\n# Hi',
      ),
      { pipelineTag: "feature-extraction", library: "gguf", license: "mit" },
    );
    assert.deepEqual(hintsOfModelCard("# Card\npipeline_tag: text-generation"), {});
    assert.equal(
      kindOf({ repoId: "a/b", primaryFile: "onnx/model.onnx", modelType: "siglip" }),
      "image-text",
    );
    assert.equal(kindOf({ repoId: "a/b", primaryFile: "onnx/model.onnx", modelType: "whisper" }), "speech");
  });
});
