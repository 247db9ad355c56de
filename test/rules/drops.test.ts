import { testScenarios } from './scenarios.ts';

testScenarios('drops');
