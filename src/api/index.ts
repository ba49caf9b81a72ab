export * from './client';
export * from './contract';
export * from './numbers';
export * from './stream';
