/** A user whom access rights apply to. */
const NOBODY = 65_534;

/** Runs something without the rights of root, where the tests run with them. */
export const asNobody = <Result>(use: () => Result): Result => {
  if (process.geteuid?.() !== 0) return use();
  process.seteuid?.(NOBODY);
  try {
    return use();
  } finally {
    process.seteuid?.(0);
  }
};
