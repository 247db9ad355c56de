import { dropScenarios } from './drops.ts';
import { faultScenarios } from './faults.ts';
import { lifeScenarios } from './lives.ts';
import { outageScenarios } from './outages.ts';
import { platformScenarios } from './platforms.ts';
import { vanishingScenarios } from './vanishings.ts';

/** By what happens in them. */
export const scenarioGroups = {
  drops: dropScenarios,
  platforms: platformScenarios,
  vanishings: vanishingScenarios,
  faults: faultScenarios,
  outages: outageScenarios,
  lives: lifeScenarios,
} as const;
