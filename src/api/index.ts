export * from './client';
export * from './contract';
export * from './numbers';
export { RequestError } from './requests';
export * from './stream';
