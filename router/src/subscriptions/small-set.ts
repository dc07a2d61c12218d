/** A set that has no table while it has one member, as most sets have that there is one of for each subscription. */
export class SmallSet<Member extends object> implements Iterable<Member> {
  #only: Member | undefined;
  #all: Set<Member> | undefined;

  get size(): number {
    if (this.#all) return this.#all.size;
    return this.#only ? 1 : 0;
  }

  add(member: Member): void {
    if (this.#all) this.#all.add(member);
    else if (!this.#only || this.#only === member) this.#only = member;
    else {
      this.#all = new Set([this.#only, member]);
      this.#only = undefined;
    }
  }

  delete(member: Member): void {
    this.#all?.delete(member);
    if (this.#only === member) this.#only = undefined;
  }

  /** As with any set, members may be deleted meanwhile. */
  [Symbol.iterator](): Iterator<Member> {
    return (this.#all ?? (this.#only ? [this.#only] : [])).values();
  }
}
