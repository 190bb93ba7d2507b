package io.quiver.message;

/** Requests about aliases. Answered by {@link AliasTable}. */
public sealed interface AliasRequest extends Request permits ChangeAliases, ListAliases {}
