import sharp from "sharp";

// Several pictures are decoded side by side, each with one thread; no memory is kept for pictures seen once.
sharp.concurrency(1);
sharp.cache(false);

export { sharp };
