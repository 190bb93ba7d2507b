package io.quiver.message;

/** Anything that travels on the event bus. Every message is deeply immutable. */
public sealed interface Message permits Request, Reply, LogAppend, LogAck, ChangeEvent {}
