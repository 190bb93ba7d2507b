package io.quiver.message;

/**
 * Deletes all rows there are.
 *
 * @param rows how many that are
 */
public record ClearRows(int rows) implements Command {
  @Override
  public int touched() {
    return rows;
  }
}
