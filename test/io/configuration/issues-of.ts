import { ConfigurationError, type Issue } from '../../../src/model/errors.ts';

/** The issues that reading something wrong throws. */
export const issuesOf = (read: () => unknown): readonly Issue[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues;
    throw error;
  }
  throw new Error('nothing was refused');
};
