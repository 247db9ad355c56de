import { testScenarios } from './scenarios.ts';

testScenarios('platforms');
