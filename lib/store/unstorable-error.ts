/** What was to be stored can never be, whatever the database says: our own code cannot make it a row. */
export class UnstorableError extends Error {
  override readonly name = "UnstorableError";
}
