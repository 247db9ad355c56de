import { testScenarios } from './scenarios.ts';

testScenarios('vanishings');
