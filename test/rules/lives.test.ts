import { testScenarios } from './scenarios.ts';

testScenarios('lives');
