package io.quiver.message;

/** The replies of {@link TextRequest}s. */
public sealed interface TextReply extends Reply permits TextHits, HybridHits {}
