/** A user that access rights apply to. */
const NOBODY = 65_534;

/** Runs something without the rights of root, where the tests run with them. */
export const asNobody = async <Result>(use: () => Result | Promise<Result>): Promise<Result> => {
  if (process.geteuid?.() !== 0) return await use();
  process.seteuid?.(NOBODY);
  try {
    return await use();
  } finally {
    process.seteuid?.(0);
  }
};
