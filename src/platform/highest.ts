import FlatQueue from 'flatqueue';

interface Scored<Item> {
  readonly item: Item;
  readonly score: number;
  readonly index: number;
}

/** Keeps the `count` items with the highest scores of all that are added: sorting very many items would hold up everything else. */
export class Highest<Item> {
  readonly #count: number;
  readonly #chosen = new FlatQueue<Scored<Item>>();
  #added = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add(item: Item, score: number): void {
    this.#added += 1;
    if (this.#chosen.length >= this.#count) {
      if (score <= (this.#chosen.peekValue() ?? Infinity)) return;
      this.#chosen.pop();
    }
    this.#chosen.push({ item, score, index: this.#added }, score);
  }

  /** With their scores, the highest first; of equal ones, the first comes first. */
  items(): readonly { readonly item: Item; readonly score: number }[] {
    return this.#chosen.ids.slice(0, this.#chosen.length).toSorted((a, b) => b.score - a.score || a.index - b.index);
  }
}
