package io.quiver.message;

/** Writes whose rows are chosen by what they are, not only by their ids. */
public sealed interface RowsRequest extends Request permits DeleteByFilter, ChangeMetadata {}
