package io.quiver.message;

/** Searches of the texts in metadata, alone or beside vectors. */
public sealed interface TextRequest extends Request permits SearchText, SearchHybrid {}
