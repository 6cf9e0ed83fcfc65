/**
 * The system prompt of a chat that has not begun: that of the model that would answer, until a person
 * writes one.
 */
export class StartingPrompt {
  readonly #read: (modelId: string | undefined) => Promise<string>;
  readonly #adopt: (text: string) => void;
  #isOpen = true;
  #followed: { modelId: string | undefined } | undefined;

  constructor(read: (modelId: string | undefined) => Promise<string>, adopt: (text: string) => void) {
    this.#read = read;
    this.#adopt = adopt;
  }

  /** Shows the model's system prompt; without a model, that of the settings. Never rejects. */
  async follow(modelId: string | undefined): Promise<void> {
    if (!this.#isOpen || (this.#followed && this.#followed.modelId === modelId)) {
      return;
    }
    const followed = { modelId };
    this.#followed = followed;
    try {
      const text = await this.#read(modelId);
      if (this.#followed === followed) {
        this.#take(text);
      }
    } catch {
      // Whoever sends the first message hears of it.
    }
  }

  /** Reads it anew for the first message, because it may have changed since. @throws AppError */
  async settle(modelId: string): Promise<void> {
    if (this.#isOpen) {
      this.#take(await this.#read(modelId));
    }
  }

  /** A person wrote one, or the chat has begun: from now on it stays as it is. */
  close(): void {
    this.#isOpen = false;
  }

  #take(text: string): void {
    if (this.#isOpen) {
      this.#adopt(text);
    }
  }
}
