package io.quiver.rows;

/** Does one row after the other as a client of its kind. */
interface Driver extends AutoCloseable {
  /**
   * Does what the row says and tells what came back.
   *
   * @throws IllegalArgumentException if it has no words for this row
   */
  String answer(String row) throws Exception;

  @Override
  void close();
}
