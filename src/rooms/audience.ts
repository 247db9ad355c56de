export { audienceOf } from './latest-values.ts';
