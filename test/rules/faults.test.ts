import { testScenarios } from './scenarios.ts';

testScenarios('faults');
