/** Mutants that no scenario can kill, with the reason: they are no faults. */
export const explainedMutants: Readonly<Record<string, string>> = {
  'platform.roomsAtLeast 3 → 2.25': 'the same rule: rooms are whole, and 3 is the first number that is at least 2.25',
};
