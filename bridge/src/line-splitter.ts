import { StringDecoder } from 'node:string_decoder';

/** Bounds what a child that never ends its line can make us hold. */
export const MAX_LINE_CHARACTERS = 1 << 20;

/** Turns chunks of bytes into lines. A longer line than the bound is dropped. */
export class LineSplitter {
  readonly #onDrop: () => void;
  // Keeps a UTF-8 character together that two chunks share.
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';
  #dropping = false;

  /** @param onDrop Called for each line that is dropped. */
  constructor(onDrop: () => void = () => undefined) {
    this.#onDrop = onDrop;
  }

  /** Returns the lines that `chunk` completes, without their newlines. */
  push(chunk: Buffer): string[] {
    const pieces = this.#decoder.write(chunk).split('\n');
    const rest = pieces.pop() ?? '';
    const lines = pieces.flatMap((piece) => this.#complete(piece));
    this.#hold(rest);
    return lines;
  }

  #complete(piece: string): string[] {
    this.#hold(piece);
    const lines = this.#dropping ? [] : [this.#partial];
    this.#partial = '';
    this.#dropping = false;
    return lines;
  }

  #hold(piece: string): void {
    if (this.#dropping) return;
    this.#partial += piece;
    if (this.#partial.length > MAX_LINE_CHARACTERS) {
      this.#partial = '';
      this.#dropping = true;
      this.#onDrop();
    }
  }
}
