import { testScenarios } from './scenarios.ts';

testScenarios('outages');
